package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.release.ManifestDocuments;
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

    private static MergePlan plan(ManifestDocuments live) {
        ManifestDocuments base = Leftovers.in(
                BASE,
                live,
                TARGET,
                version -> version.equals(CalicoVersion.parse("v3.22.5")) ? Optional.of(OLDER) : Optional.empty());
        return ManifestMerge.plan(base, live, TARGET, OnConflict.HOLD);
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
