package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LeftoversTest {

    private static final String FLEXVOL =
            "{name: flexvol-driver, image: 'docker.io/calico/pod2daemon-flexvol:v3.22.5', volumeMounts: [{name: host, mountPath: /host/driver}]}";
    private static final String HOST = "{name: host, hostPath: {path: /kubelet-plugins}}";
    private static final ManifestDocuments OLDER = daemonSet("v3.22.5", FLEXVOL, HOST);
    private static final ManifestDocuments BASE = daemonSet("v3.25.2", "", "");
    private static final ManifestDocuments TARGET = daemonSet("v3.26.5", "", "");

    @Test
    void what_an_older_release_left_goes_with_its_volume() {
        MergePlan plan = plan(daemonSet("v3.25.2", FLEXVOL, HOST));

        assertThat(plan.conflicts()).isEmpty();
        assertThat(plan.customisations()).isEmpty();
        assertThat(pod(plan).path("initContainers")).isEmpty();
        assertThat(pod(plan).path("volumes").findValuesAsText("name")).containsExactly("lib");
        assertThat(plan.images())
                .anyMatch(line -> line.contains("pod2daemon-flexvol:v3.22.5 goes with what the release has no more"));
    }

    @Test
    void it_goes_from_a_private_registry_too() {
        String moved = FLEXVOL.replace("docker.io/calico/", "reg.example:5000/mirror/calico/");

        assertThat(pod(plan(daemonSet("v3.25.2", moved, HOST))).path("initContainers"))
                .isEmpty();
    }

    @Test
    void a_volume_that_something_else_mounts_stays() {
        String sidecar = "{name: mine, image: 'reg.example/acme/tool:1', volumeMounts: [{name: host, mountPath: /x}]}";

        JsonNode pod = pod(plan(daemonSet("v3.25.2", FLEXVOL + ", " + sidecar, HOST)));

        assertThat(pod.path("initContainers").findValuesAsText("image")).containsExactly("reg.example/acme/tool:1");
        assertThat(pod.path("volumes").findValuesAsText("name")).containsExactlyInAnyOrder("lib", "host");
    }

    @Test
    void what_people_changed_in_it_is_asked() {
        MergePlan plan = plan(daemonSet("v3.25.2", FLEXVOL.replace("/host/driver", "/host/mine"), HOST));

        assertThat(plan.conflicts())
                .extracting(conflict -> conflict.path())
                .containsExactly("spec.template.spec.initContainers[flexvol-driver]");
    }

    @Test
    void what_no_release_proves_stays_and_is_told() {
        String unknown = FLEXVOL.replace("v3.22.5", "v3.21.0");

        MergePlan plan = plan(daemonSet("v3.25.2", unknown, HOST));

        assertThat(pod(plan).at("/initContainers/0/name").asText()).isEqualTo("flexvol-driver");
        assertThat(plan.images())
                .anyMatch(line -> line.contains("v3.21.0 of Calico stays, which the release has no more"));
    }

    @Test
    void a_container_of_somebody_else_is_none_though_it_is_called_alike() {
        String own = "{name: flexvol-driver, image: 'busybox:1.36.1'}";

        MergePlan plan = plan(daemonSet("v3.25.2", own, HOST));

        assertThat(pod(plan).path("initContainers").findValuesAsText("image")).containsExactly("busybox:1.36.1");
        assertThat(plan.images()).noneMatch(line -> line.contains("busybox"));
    }

    @Test
    void a_container_that_the_installed_release_has_is_as_that_release_says_whatever_its_image() {
        ManifestDocuments base = daemonSet("v3.25.2", FLEXVOL.replace("v3.22.5", "v3.25.2"), HOST);

        assertThat(in(base, daemonSet("v3.25.2", FLEXVOL, HOST), TARGET)).isEqualTo(base);
    }

    @Test
    void a_container_that_the_target_has_again_is_not_left_over() {
        ManifestDocuments target = daemonSet("v3.26.5", FLEXVOL.replace("v3.22.5", "v3.26.5"), HOST);

        assertThat(in(BASE, daemonSet("v3.25.2", FLEXVOL, HOST), target)).isEqualTo(BASE);
    }

    @Test
    void a_container_of_somebody_else_is_none_though_its_tag_is_a_version_of_calico() {
        String own = "{name: flexvol-driver, image: 'reg.example/acme/driver:v3.22.5'}";

        assertThat(in(BASE, daemonSet("v3.25.2", own, HOST), TARGET)).isEqualTo(BASE);
    }

    @Test
    void only_what_was_left_comes_back_of_an_older_release() {
        ManifestDocuments older = daemonSet(
                "v3.22.5",
                FLEXVOL + ", {name: upgrade-ipam, image: 'docker.io/calico/cni:v3.22.5'}",
                HOST + ", {name: policysync, hostPath: {path: /var/run/nodeagent}}");

        ManifestDocuments base =
                Leftovers.in(BASE, daemonSet("v3.25.2", FLEXVOL, HOST), TARGET, version -> Optional.of(older));

        assertThat(base).isEqualTo(daemonSet("v3.25.2", FLEXVOL, HOST));
    }

    @Test
    void a_container_beside_calico_node_goes_like_one_that_ran_before_it() {
        String agent =
                "{name: install-cni, image: 'docker.io/calico/cni:v3.22.5', volumeMounts: [{name: host, mountPath: /x}]}";
        ManifestDocuments older = beside("v3.22.5", agent);

        ManifestDocuments base = Leftovers.in(BASE, beside("v3.25.2", agent), TARGET, version -> Optional.of(older));

        assertThat(base).isEqualTo(beside("v3.25.2", agent));
    }

    @Test
    void an_install_without_any_volume_gets_back_those_that_were_left() {
        ManifestDocuments bare = without("volumes", BASE);

        ManifestDocuments base = Leftovers.in(
                bare, daemonSet("v3.25.2", FLEXVOL, HOST), without("volumes", TARGET), version -> Optional.of(OLDER));

        assertThat(base.objects().values().iterator().next().at("/spec/template/spec/volumes"))
                .hasSize(1);
        assertThat(bare).as("what was given").isEqualTo(without("volumes", BASE));
    }

    @Test
    void a_volume_that_installed_release_and_target_have_is_theirs() {
        ManifestDocuments base = daemonSet("v3.25.2", "", "{name: host, hostPath: {path: /other}}");

        assertThat(in(base, daemonSet("v3.25.2", FLEXVOL, HOST), TARGET))
                .isEqualTo(daemonSet("v3.25.2", FLEXVOL, "{name: host, hostPath: {path: /other}}"));
        assertThat(in(BASE, daemonSet("v3.25.2", FLEXVOL, HOST), daemonSet("v3.26.5", "", HOST)))
                .isEqualTo(daemonSet("v3.25.2", FLEXVOL, ""));
    }

    @Test
    void a_volume_that_a_container_of_people_mounts_too_is_not_left_over() {
        String sidecar = "{name: mine, image: 'reg.example/acme/tool:1', volumeMounts: [{name: host, mountPath: /x}]}";

        assertThat(in(BASE, daemonSet("v3.25.2", FLEXVOL + ", " + sidecar, HOST), TARGET))
                .isEqualTo(daemonSet("v3.25.2", FLEXVOL, ""));
    }

    private static ManifestDocuments in(ManifestDocuments base, ManifestDocuments live, ManifestDocuments target) {
        return Leftovers.in(
                base,
                live,
                target,
                version -> version.equals(CalicoVersion.parse("v3.22.5")) ? Optional.of(OLDER) : Optional.empty());
    }

    private static MergePlan plan(ManifestDocuments live) {
        return ManifestMerge.plan(in(BASE, live, TARGET), live, TARGET, OnConflict.HOLD);
    }

    /** With one more container that is no init container. */
    private static ManifestDocuments beside(String version, String container) {
        ManifestDocuments documents = daemonSet(version, "", HOST);
        ((ArrayNode) documents.objects().values().iterator().next().at("/spec/template/spec/containers"))
                .add(Yaml.object(container));
        return documents;
    }

    private static ManifestDocuments without(String field, ManifestDocuments documents) {
        ObjectNode object = documents.objects().values().iterator().next().deepCopy();
        ((ObjectNode) object.at("/spec/template/spec")).remove(field);
        return ManifestDocuments.of(List.of(object));
    }

    private static JsonNode pod(MergePlan plan) {
        return Objects.requireNonNull(plan.objects().getFirst().manifest()).at("/spec/template/spec");
    }

    private static ManifestDocuments daemonSet(String version, String init, String volume) {
        return ManifestDocuments.of(
                Yaml.documents("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: calico-node, namespace: kube-system}
                spec:
                  selector: {matchLabels: {k8s-app: calico-node}}
                  template:
                    metadata: {labels: {k8s-app: calico-node}}
                    spec:
                      initContainers: [%s]
                      containers: [{name: calico-node, image: 'docker.io/calico/node:%s'}]
                      volumes: [{name: lib, hostPath: {path: /var/lib/calico}}%s]
                """.formatted(init, version, volume.isEmpty() ? "" : ", " + volume)));
    }
}
