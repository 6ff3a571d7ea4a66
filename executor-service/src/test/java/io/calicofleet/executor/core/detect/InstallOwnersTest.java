package io.calicofleet.executor.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OwnerFact;
import io.calicofleet.executor.core.Releases;
import io.calicofleet.executor.core.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class InstallOwnersTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "calico.yaml",
                "calico-typha.yaml",
                "calico-policy-only.yaml",
                "canal.yaml",
                "calico-etcd.yaml",
                "canal-etcd.yaml",
                "tigera-operator.yaml"
            })
    void what_a_release_brings_is_nobodys(String file) {
        for (String version : List.of("v3.13.4", "v3.22.5")) {
            List<JsonNode> live =
                    List.copyOf(Releases.manifest(version, file).objects().values());

            assertThat(InstallOwners.find(snapshot(live), live)).isEmpty();
        }
    }

    @Test
    void every_object_of_the_manifest_counts_whatever_its_kind() {
        List<JsonNode> live = new ArrayList<>();
        for (JsonNode object :
                Releases.manifest("v3.22.5", "calico.yaml").objects().values()) {
            ObjectNode copy = object.deepCopy();
            metadata(copy, "labels").put("kubeone.io/addon", "cni");
            live.add(copy);
        }

        OwnerFact owner = InstallOwners.find(snapshot(live), live).getFirst();

        assertThat(owner.owner()).isEqualTo("kubeone");
        assertThat(owner.objects().size() + owner.moreObjects()).isEqualTo(live.size());
    }

    @Test
    void a_mark_on_something_else_is_nothing() {
        JsonNode dns =
                Yaml.object("{apiVersion: apps/v1, kind: Deployment, metadata: {name: coredns, namespace: kube-system,"
                        + " labels: {addonmanager.kubernetes.io/mode: Reconcile}}}");
        JsonNode map = Yaml.object("{apiVersion: v1, kind: ConfigMap, metadata: {name: coredns, namespace: kube-system,"
                + " labels: {k0s.k0sproject.io/stack: coredns}}}");
        JsonNode crd = Yaml.object(
                "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition,"
                        + " metadata: {name: applications.argoproj.io, labels: {kubeone.io/addon: argo}}, spec: {group: argoproj.io}}");
        List<JsonNode> seen = new ArrayList<>(
                Releases.manifest("v3.22.5", "calico.yaml").objects().values());
        seen.addAll(List.of(dns, map, crd));

        assertThat(InstallOwners.find(snapshot(seen), List.of())).isEmpty();
    }

    @Test
    void an_install_without_a_manifest_at_hand_is_looked_at_too() {
        ObjectNode nodes = Yaml.object("{apiVersion: apps/v1, kind: DaemonSet,"
                + " metadata: {name: net-calico-node, namespace: network, annotations:"
                + " {argocd.argoproj.io/tracking-id: 'net:apps/DaemonSet:network/net-calico-node'}},"
                + " spec: {template: {spec: {containers: [{name: calico-node, image: 'calico/node:v3.22.5',"
                + " env: [{name: X, valueFrom: {configMapKeyRef: {name: net-config, key: x}}}]}]}}}}");
        JsonNode config =
                Yaml.object("{apiVersion: v1, kind: ConfigMap, metadata: {name: net-config, namespace: network,"
                        + " labels: {kubeone.io/addon: net}}}");

        assertThat(InstallOwners.find(snapshot(List.of(nodes, config)), List.of()))
                .extracting(OwnerFact::owner, OwnerFact::objects)
                .containsExactly(
                        tuple("argo-cd", List.of("DaemonSet network/net-calico-node")),
                        tuple("kubeone", List.of("ConfigMap network/net-config")));
    }

    @Test
    void the_release_our_own_route_upgrades_is_no_other_owner_and_one_of_another_chart_is() {
        String marks = "labels: {app.kubernetes.io/managed-by: Helm}, annotations: {meta.helm.sh/release-name: NAME,"
                + " meta.helm.sh/release-namespace: tigera-operator}";
        JsonNode installation =
                Yaml.object("{apiVersion: operator.tigera.io/v1, kind: Installation, metadata: {name: default, "
                        + marks.replace("NAME", "calico") + "}}");
        JsonNode ours = Yaml.object("{apiVersion: apps/v1, kind: Deployment, metadata: {name: tigera-operator,"
                + " namespace: tigera-operator, " + marks.replace("NAME", "calico") + "}}");
        JsonNode definition = Yaml.object("{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition,"
                + " metadata: {name: ippools.crd.projectcalico.org, " + marks.replace("NAME", "calico-crds")
                + "}, spec: {group: crd.projectcalico.org}}");

        assertThat(InstallOwners.find(snapshot(List.of(installation, ours)), List.of()))
                .isEmpty();
        assertThat(InstallOwners.find(snapshot(List.of(installation, ours, definition)), List.of()))
                .singleElement()
                .satisfies(owner -> {
                    assertThat(owner.owner()).isEqualTo("helm");
                    assertThat(owner.evidence()).containsExactly("Helm release tigera-operator/calico-crds");
                });
    }

    @Test
    void the_environment_of_calico_node_tells_kubespray() {
        JsonNode nodes = Yaml.object(
                "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: calico-node, namespace: kube-system},"
                        + " spec: {template: {spec: {containers: [{name: calico-node, image: 'calico/node:v3.22.5',"
                        + " env: [{name: CLUSTER_TYPE, value: 'kubespray,bgp'}]}]}}}}");

        assertThat(InstallOwners.find(snapshot(List.of(nodes)), List.of()))
                .extracting(OwnerFact::owner)
                .containsExactly("kubespray");
    }

    private static ObjectNode metadata(ObjectNode object, String field) {
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        return metadata.get(field) instanceof ObjectNode present ? present : metadata.putObject(field);
    }

    private static ClusterSnapshot snapshot(List<? extends JsonNode> objects) {
        return new ClusterSnapshot("v1.28.6", List.copyOf(objects), Set.of(), List.of());
    }
}
