package io.calicofleet.executor.core.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ComponentStatus;
import io.calicofleet.event.OperatorObservation;
import io.calicofleet.event.PinnedImage;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.executor.core.Yaml;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OperatorObserverTest {

    @Test
    void says_what_the_operator_says() {
        // When
        OperatorObservation seen = OperatorObserver.observe(
                Yaml.object("{metadata: {name: default, generation: 4}, status: {calicoVersion: v3.28.5}}"),
                List.of(status("calico", "True", "False", "False"), status("apiserver", "False", "True", "True")),
                deployment(2, 2, 1, 1),
                List.of(Yaml.object("""
                        {apiVersion: operator.tigera.io/v1, kind: ImageSet, metadata: {name: calico-v3.28.5},
                         spec: {images: [{image: calico/node, digest: "sha256:0a"}]}}
                        """)));
        // Then
        assertThat(seen.pinnedImages()).containsExactly(new PinnedImage("calico-v3.28.5", "calico/node", "sha256:0a"));
        assertThat(seen.image()).isEqualTo("quay.io/tigera/operator:v1.34.13");
        assertThat(seen.rolledOut()).isTrue();
        assertThat(seen.calicoVersion()).isEqualTo(CalicoVersion.parse("v3.28.5"));
        assertThat(seen.generation()).isEqualTo(4);
        assertThat(seen.components())
                .containsExactly(
                        new ComponentStatus("apiserver", false, true, true, 3, "PodFailure: it says why Degraded"),
                        new ComponentStatus("calico", true, false, false, 3, ""));
    }

    @Test
    void an_operator_before_v1_29_says_neither_version_nor_generation() {
        // When
        OperatorObservation seen = OperatorObserver.observe(
                Yaml.object("{metadata: {name: default, generation: 2}, status: {variant: Calico}}"),
                List.of(Yaml.object(
                        "{metadata: {name: calico}, status: {conditions: [{type: Available, status: 'True'}]}}")),
                null,
                List.of());
        // Then
        assertThat(seen.calicoVersion()).isNull();
        assertThat(seen.image()).isNull();
        assertThat(seen.rolledOut()).isFalse();
        assertThat(seen.components()).containsExactly(new ComponentStatus("calico", true, false, false, 0, ""));
    }

    @Test
    void says_that_the_CSI_driver_is_left_out_where_the_Installation_says_so() {
        assertThat(leftOut("None")).containsExactly("DaemonSet calico-system/csi-node-driver");
        assertThat(leftOut("/var/lib/kubelet")).isEmpty();
        assertThat(OperatorObserver.observe(null, List.of(), null, List.of()).leftOut())
                .isEmpty();
    }

    @Test
    void has_not_rolled_out_while_its_status_is_old_a_pod_is_missing_or_there_is_to_be_none() {
        assertThat(OperatorObserver.rolledOut(deployment(3, 2, 1, 1))).isFalse();
        assertThat(OperatorObserver.rolledOut(deployment(2, 2, 1, 0))).isFalse();
        assertThat(OperatorObserver.rolledOut(deployment(2, 2, 0, 0))).isFalse();
    }

    private static List<String> leftOut(String path) {
        JsonNode installation =
                Yaml.object("{metadata: {name: default}, spec: {kubeletVolumePluginPath: " + path + "}}");
        return OperatorObserver.observe(installation, List.of(), null, List.of())
                .leftOut();
    }

    private static JsonNode status(String name, String available, String progressing, String degraded) {
        return Yaml.object("""
                metadata: {name: %s}
                status:
                  conditions:
                  - {type: Available, status: "%s", observedGeneration: 4}
                  - {type: Progressing, status: "%s", observedGeneration: 4, reason: ResourceNotReady, message: it rolls}
                  - {type: Degraded, status: "%s", observedGeneration: 3, reason: PodFailure, message: it says why Degraded}
                """.formatted(name, available, progressing, degraded));
    }

    private static WorkloadObservation deployment(int generation, int observed, int replicas, int available) {
        return WorkloadObserver.observe(
                Yaml.object("""
                        kind: Deployment
                        metadata: {name: tigera-operator, namespace: tigera-operator, uid: d, generation: %d}
                        spec:
                          replicas: %d
                          selector: {matchLabels: {name: tigera-operator}}
                          template:
                            spec:
                              containers: [{name: tigera-operator, image: "quay.io/tigera/operator:v1.34.13"}]
                        status: {observedGeneration: %d, updatedReplicas: %d, availableReplicas: %d}
                        """.formatted(generation, replicas, observed, replicas, available)),
                List.of(),
                replicas == 0 ? List.of() : List.of(Yaml.object("""
                                metadata: {name: o-1, namespace: tigera-operator, labels: {name: tigera-operator},
                                  ownerReferences: [{uid: d}]}
                                spec: {containers: [{name: tigera-operator, image: "quay.io/tigera/operator:v1.34.13"}]}
                                """)),
                List.of());
    }
}
