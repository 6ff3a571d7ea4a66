package io.calicofleet.executor.core.detect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.executor.core.Releases;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.release.ReleaseFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class InstallDetectorTest {

    @ParameterizedTest
    @CsvSource({
        "calico.yaml, manifest-kdd, kubernetes",
        "calico-typha.yaml, manifest-kdd-typha, kubernetes",
        "calico-policy-only.yaml, manifest-policy-only, kubernetes",
        "canal.yaml, manifest-canal, kubernetes",
        "calico-etcd.yaml, manifest-etcd, etcd",
        "canal-etcd.yaml, manifest-canal-etcd, etcd",
    })
    void tells_every_manifest_of_two_releases(String file, String method, String datastore) {
        for (String version : List.of("v3.13.4", "v3.22.5")) {
            List<JsonNode> objects =
                    List.copyOf(Releases.manifest(version, file).objects().values());

            Installation found = InstallDetector.detect(snapshot(objects));

            assertThat(found.method()).isEqualTo(InstallMethod.parse(method));
            assertThat(found.datastore()).isEqualTo(Datastore.parse(datastore));
            assertThat(found.oldestVersion()).isEqualTo(CalicoVersion.parse(version));
            assertThat(ReleaseFiles.manifest(found.method())).contains(file);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "kube-flannel, reg.example/acme/network:v0.15.1",
        "flannel, rancher/mirrored-coreos-flannel:v0.15.1",
        "overlay, rancher/mirrored-flannel-flannel:v0.25.1",
    })
    void tells_canal_by_flannel_whatever_a_mirror_calls_it(String container, String image) {
        ObjectNode set = daemonSet("kube-system", "canal", "v3.22.5");
        ((ArrayNode) set.at("/spec/template/spec/containers"))
                .addObject()
                .put("name", container)
                .put("image", image);
        backend(set, "none");

        assertThat(InstallDetector.detect(snapshot(List.of(set))).method()).isEqualTo(InstallMethod.MANIFEST_CANAL);
    }

    @Test
    void calico_yaml_set_to_use_the_network_of_another_is_not_the_file_that_brings_typha() {
        ObjectNode set = daemonSet("kube-system", "calico-node", "v3.31.6");
        backend(set, "none");

        assertThat(InstallDetector.detect(snapshot(List.of(set))).method()).isEqualTo(InstallMethod.MANIFEST_KDD);
    }

    @Test
    void goes_by_the_oldest_version_that_runs() {
        List<JsonNode> objects = new ArrayList<>(List.of(daemonSet("kube-system", "calico-node", "v3.22.5")));
        objects.add(pod("v3.22.5"));
        objects.add(pod("v3.13.4"));

        assertThat(InstallDetector.detect(snapshot(objects)).oldestVersion()).isEqualTo(CalicoVersion.parse("v3.13.4"));
    }

    @Test
    void tells_native_definitions_as_calico_does_by_its_environment_or_by_there_being_no_others() {
        JsonNode v3 = definition("clusterinformations.projectcalico.org");
        JsonNode v1 = definition("clusterinformations.crd.projectcalico.org");

        assertThat(ofNative("", v3).method()).isEqualTo(InstallMethod.MANIFEST_KDD_NATIVE);
        assertThat(ReleaseFiles.manifest(ofNative("", v3).method())).contains("calico-v3-crds.yaml");
        assertThat(ofNative("", v3, v1).method()).isEqualTo(InstallMethod.MANIFEST_KDD);
        assertThat(ofNative("", v1).method()).isEqualTo(InstallMethod.MANIFEST_KDD);
        assertThat(ofNative("ProjectCalico.org/v3", v3, v1).method()).isEqualTo(InstallMethod.MANIFEST_KDD_NATIVE);
        assertThat(ofNative("crd.projectcalico.org/v1", v3).method()).isEqualTo(InstallMethod.MANIFEST_KDD);
    }

    @Test
    void native_definitions_speak_against_an_install_that_no_file_of_a_release_upgrades() {
        JsonNode v3 = definition("clusterinformations.projectcalico.org");

        JsonNode typha = Yaml.object("{apiVersion: apps/v1, kind: Deployment, metadata: {name: calico-typha, namespace:"
                + " kube-system}, spec: {template: {spec: {containers: [{name: calico-typha}]}}}}");

        assertThat(ofNative("", v3, typha).method()).isEqualTo(InstallMethod.MANIFEST_KDD_TYPHA);
        assertThat(ofNative("", v3, typha).signals())
                .anyMatch(signal -> signal.startsWith(InstallDetector.NATIVE_DEFINITIONS));
        assertThat(ofNative("", v3, installation()).signals())
                .anyMatch(signal -> signal.startsWith("its resources are definitions of projectcalico.org/v3"))
                .noneMatch(signal -> signal.startsWith(InstallDetector.NATIVE_DEFINITIONS));
        assertThat(ofNative("", v3).signals())
                .noneMatch(signal -> signal.startsWith(InstallDetector.NATIVE_DEFINITIONS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{status: {phase: Migrating}} ; DatastoreMigration v1-to-v3 is in phase Migrating",
                "{status: {phase: Converged}} ; DatastoreMigration v1-to-v3 is in phase Converged",
                "{status: {phase: Failed}} ; DatastoreMigration v1-to-v3 is in phase Failed",
                "{spec: {type: APIServerToCRDs}} ; DatastoreMigration v1-to-v3 is in no phase yet",
                "{status: {phase: Complete}} ;",
            })
    void sees_a_migration_of_the_datastore_that_is_not_complete(String rest, String signal) {
        ObjectNode migration = Yaml.object(rest);
        migration.put("apiVersion", "migration.projectcalico.org/v1beta1").put("kind", "DatastoreMigration");
        migration.putObject("metadata").put("name", "v1-to-v3");

        assertThat(InstallDetector.detect(
                                snapshot(List.of(daemonSet("kube-system", "calico-node", "v3.32.1"), migration)))
                        .signals()
                        .stream()
                        .filter(found -> found.startsWith(InstallDetector.DATASTORE_MIGRATION))
                        .map(found -> found.substring(InstallDetector.DATASTORE_MIGRATION.length()))
                        .toList())
                .isEqualTo(signal == null ? List.of() : List.of(signal));
    }

    private static Installation ofNative(String group, JsonNode... others) {
        ObjectNode set = daemonSet("kube-system", "calico-node", "v3.32.1");
        var env = ((ObjectNode) set.at("/spec/template/spec/containers/0")).putArray("env");
        env.addObject().put("name", "DATASTORE_TYPE").put("value", "kubernetes");
        if (!group.isEmpty()) {
            env.addObject().put("name", "CALICO_API_GROUP").put("value", group);
        }
        List<JsonNode> objects = new ArrayList<>(List.of(others));
        objects.add(set);
        return InstallDetector.detect(snapshot(objects));
    }

    private static JsonNode definition(String name) {
        return Yaml.object("{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: "
                + name + "}}");
    }

    @Test
    void tells_an_operator_from_a_helm_release() {
        JsonNode operator = Yaml.object(
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: tigera-operator, namespace: tigera-operator}}");
        ObjectNode installation = installation();
        JsonNode node = daemonSet("calico-system", "calico-node", "v3.22.5");

        assertThat(InstallDetector.detect(snapshot(List.of(operator, installation, node)))
                        .method())
                .isEqualTo(InstallMethod.OPERATOR);

        ObjectNode metadata = (ObjectNode) installation.get("metadata");
        metadata.putObject("labels").put("app.kubernetes.io/managed-by", "Helm");
        metadata.putObject("annotations")
                .put("meta.helm.sh/release-name", "calico")
                .put("meta.helm.sh/release-namespace", "tigera-operator");
        Installation helm = InstallDetector.detect(snapshot(List.of(operator, installation, node)));

        assertThat(helm.method()).isEqualTo(InstallMethod.HELM);
        assertThat(helm.signals()).contains("Helm release tigera-operator/calico");
        assertThat(helm.datastore()).isEqualTo(Datastore.KUBERNETES);
    }

    @Test
    void sees_a_migration_to_the_operator_that_has_not_ended() {
        List<JsonNode> objects = List.of(
                installation(),
                daemonSet("calico-system", "calico-node", "v3.22.5"),
                daemonSet("kube-system", "calico-node", "v3.22.5"),
                Yaml.object("{apiVersion: v1, kind: Node, metadata: {name: n1, labels: "
                        + "{projectcalico.org/operator-node-migration: pre-operator}}}"));

        assertThat(InstallDetector.detect(snapshot(objects)).signals())
                .filteredOn(signal -> signal.startsWith(InstallDetector.UNFINISHED_MIGRATION))
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{apiVersion: helm.cattle.io/v1, kind: HelmChart, metadata: {name: rke2-calico, namespace: kube-system}}",
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: calico-typha, namespace: kube-system, labels: {addonmanager.kubernetes.io/mode: Reconcile}}, spec: {template: {spec: {containers: [{name: calico-typha}]}}}}",
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: calico-typha, namespace: kube-system, labels: {components.gke.io/layer: addon}}, spec: {template: {spec: {containers: [{name: calico-typha}]}}}}",
                "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: rke2-canal, namespace: kube-system}}",
            })
    void leaves_a_distribution_to_itself(String mark) {
        Installation found = InstallDetector.detect(
                snapshot(List.of(daemonSet("kube-system", "calico-node", "v3.22.5"), Yaml.object(mark))));

        assertThat(found.method()).isEqualTo(InstallMethod.DISTRIBUTION);
    }

    @Test
    void finds_no_calico_where_there_is_none() {
        Installation found = InstallDetector.detect(snapshot(List.of()));

        assertThat(found.method()).isEqualTo(InstallMethod.NONE);
        assertThat(found.datastore()).isNull();
    }

    static ClusterSnapshot snapshot(List<? extends JsonNode> objects) {
        return new ClusterSnapshot("v1.21.14", List.copyOf(objects), Set.of(), List.of());
    }

    static ObjectNode daemonSet(String namespace, String name, String version) {
        return Yaml.object(
                "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: " + name + ", namespace: " + namespace
                        + "}, spec: {template: {spec: {containers: [{name: calico-node, image: \"calico/node:" + version
                        + "\", env: [{name: DATASTORE_TYPE, value: kubernetes}]}]}}}}");
    }

    private static void backend(ObjectNode set, String backend) {
        ArrayNode env = (ArrayNode) set.at("/spec/template/spec/containers/0/env");
        env.addObject().put("name", "CALICO_NETWORKING_BACKEND").put("value", backend);
        env.addObject().put("name", "USE_POD_CIDR").put("value", "true");
    }

    static ObjectNode pod(String version) {
        return Yaml.object(
                "{apiVersion: v1, kind: Pod, metadata: {name: p-" + version + ", namespace: kube-system}, spec: "
                        + "{containers: [{name: calico-node, image: \"calico/node:" + version + "\"}]}}");
    }

    private static ObjectNode installation() {
        return Yaml.object("{apiVersion: operator.tigera.io/v1, kind: Installation, metadata: {name: default}}");
    }
}
