package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.SimulatedCluster;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WholeUpgradeIT {

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void goes_step_by_step_from_v3_13_4_to_v3_22_5_and_back() {
        // Given
        SimulatedCluster cluster = fleet.calico("c01");
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);
        // When
        StepProgress inspected = executor.run(StepKind.INSPECT, 1);
        // Then
        StepSucceeded inspection = succeeded(inspected);
        assertThat(inspection.facts()).isNotNull();
        assertThat(inspection.facts().installMethod()).isEqualTo(InstallMethod.MANIFEST_KDD);
        assertThat(inspection.facts().calicoVersion()).isEqualTo(SimulatedFleet.SOURCE);
        assertThat(inspection.facts().hostEndpoints()).hasSize(2);
        assertThat(inspection.facts().missingPermissions()).isEmpty();
        assertThat(cluster.audit().stream().filter(entry -> !entry.resource().contains("selfsubjectaccessreviews")))
                .as("an inspection writes nothing")
                .isEmpty();
        // When
        succeeded(executor.run(StepKind.BACKUP, 1));
        succeeded(executor.run(StepKind.PROTECT_HOST_ENDPOINTS, 1));
        StepSucceeded upgraded = succeeded(executor.run(StepKind.UPGRADE, 1));
        StepSucceeded calicoctl = succeeded(executor.run(StepKind.REPLACE_CALICOCTL, 1));
        // Then
        assertThat(upgraded.changes()).contains("DaemonSet kube-system/calico-node");
        assertThat(image(cluster, "DaemonSet", "calico-node")).endsWith("calico/node:v3.22.5");
        assertThat(calicoctl.changes()).contains("Pod kube-system/calicoctl");
        assertThat(cluster.get("v1", "Pod", "kube-system", "calicoctl")
                        .at("/spec/containers/0/image")
                        .asText())
                .isEqualTo("registry.example/calico/ctl:v3.22.5");
        assertThat(policies(cluster)).containsExactly("default.allow-all-upgrade");
        // When
        succeeded(executor.run(StepKind.RESTORE, 1));
        // Then
        assertThat(image(cluster, "DaemonSet", "calico-node")).endsWith("calico/node:v3.13.4");
        assertThat(policies(cluster)).isEmpty();
    }

    private static String image(SimulatedCluster cluster, String kind, String name) {
        return cluster.get("apps/v1", kind, "kube-system", name)
                .at("/spec/template/spec/containers/0/image")
                .asText();
    }

    private static List<String> policies(SimulatedCluster cluster) {
        return cluster.list("crd.projectcalico.org/v1", "GlobalNetworkPolicy", "").stream()
                .map((JsonNode policy) -> policy.at("/metadata/name").asText())
                .toList();
    }

    private static StepSucceeded succeeded(StepProgress outcome) {
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        return (StepSucceeded) outcome;
    }
}
