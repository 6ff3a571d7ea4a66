package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's manifests as Calico released them, with definitions of their real size; skipped where they are not at hand. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RealOperatorManifestsIT {

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory, SimulatedFleet.realReleases(), SimulatorOptions.quick());
    }

    @AfterEach
    void stop() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @Test
    void an_operator_goes_from_v3_22_5_to_v3_28_5_and_asked_again_writes_nothing() {
        // Given
        SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named("real")
                .withKubernetes("v1.23.17")
                .withManifest(SimulatedFleet.manifest(SimulatedFleet.TARGET, "tigera-operator.yaml"))
                .withManifest(SimulatedFleet.manifest(SimulatedFleet.TARGET, "custom-resources.yaml")));
        Awaitility.await()
                .atMost(OperatorClusters.PATIENCE)
                .until(() -> cluster.nodeVersions().values().stream()
                                .filter("v3.22.5"::equals)
                                .count()
                        == 3);
        JsonNode before = OperatorClusters.installation(cluster).path("spec").deepCopy();
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);
        // When
        StepProgress upgraded = executor.run(
                OperatorClusters.request(cluster, StepKind.UPGRADE_OPERATOR, "v3.28.5", "c1", OnConflict.HOLD));
        // Then
        assertThat(upgraded).isInstanceOf(StepSucceeded.class);
        Awaitility.await()
                .atMost(OperatorClusters.PATIENCE)
                .untilAsserted(() -> assertThat(OperatorClusters.installation(cluster)
                                .at("/status/calicoVersion")
                                .asText())
                        .isEqualTo("v3.28.5"));
        JsonNode pool = OperatorClusters.installation(cluster).at("/spec/calicoNetwork/ipPools/0");
        assertThat(before.at("/calicoNetwork/ipPools/0").properties())
                .as("what people said of the pool; the newer definition adds a default")
                .allSatisfy(field -> assertThat(pool.get(field.getKey())).isEqualTo(field.getValue()))
                .hasSizeGreaterThan(3);
        JsonNode definition = cluster.get(
                "apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "installations.operator.tigera.io");
        assertThat(definition.toString().length()).isGreaterThan(600_000);
        // When
        StepProgress again = executor.run(
                OperatorClusters.request(cluster, StepKind.UPGRADE_OPERATOR, "v3.28.5", "c2", OnConflict.HOLD));
        // Then
        assertThat(again)
                .isInstanceOfSatisfying(
                        StepSucceeded.class, done -> assertThat(done.changes()).isEmpty());
    }
}
