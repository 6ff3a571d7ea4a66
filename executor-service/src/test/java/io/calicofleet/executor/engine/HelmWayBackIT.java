package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.FailureReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepProgress;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.simulator.SimulatedCluster;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The way back of a Helm release, by the real Helm: the chart and the values it had, deployed again. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HelmWayBackIT extends HelmFleet {

    @Test
    void the_way_back_deploys_the_earlier_chart_and_values_again() {
        // Given
        SimulatedCluster cluster = installed("back", VALUES);
        succeeded(backup(cluster, V3_22));
        succeeded(upgrade(cluster, "c1", V3_20, V3_22, OnConflict.HOLD));
        awaitCalico(cluster, V3_22);
        // When
        succeeded(restore(cluster));
        // Then
        awaitCalico(cluster, V3_20);
        HelmRelease newest = history(cluster, "default").newest().orElseThrow();
        assertThat(newest.revision()).isEqualTo(3);
        assertThat(newest.chartVersion()).isEqualTo("v3.20.6");
        assertThat(newest.values()).isEqualTo(json(VALUES));
        assertThat(operator(cluster)
                        .at("/spec/template/spec/containers/0/image")
                        .asText())
                .isEqualTo("quay.io/tigera/operator:v1.20.9");
    }

    @Test
    void the_way_back_is_refused_where_it_cannot_be_promised_and_the_release_is_left_alone() {
        // Given
        SimulatedCluster cluster = installed("noway", "{}");
        succeeded(backup(cluster, V3_22, "It cannot be taken back."));
        succeeded(upgrade(cluster, "c1", V3_20, V3_22, OnConflict.HOLD));
        // When
        StepProgress refused = restore(cluster);
        // Then
        assertThat(refused).isInstanceOfSatisfying(StepFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.ROLLBACK_REFUSED);
            assertThat(failed.message()).contains("It cannot be taken back.");
        });
        assertThat(history(cluster, "default").newest().orElseThrow().revision())
                .isEqualTo(2);
    }

    @Test
    void the_way_back_moves_the_release_back_as_well() {
        // Given
        SimulatedCluster cluster = installed("home", VALUES);
        String chart = chartOf26();
        succeeded(backup(cluster, V3_26));
        succeeded(upgrade(cluster, "c1", 1, V3_20, V3_26, OnConflict.HOLD, chart));
        awaitCalico(cluster, V3_26);
        assertThat(history(cluster, "default").revisions()).isEmpty();
        // When
        succeeded(restore(cluster));
        // Then
        awaitCalico(cluster, V3_20);
        assertThat(history(cluster, "tigera-operator").revisions()).isEmpty();
        HelmRelease newest = history(cluster, "default").newest().orElseThrow();
        assertThat(newest.revision()).as("deployed again").isEqualTo(2);
        assertThat(newest.values()).isEqualTo(json(VALUES));
        assertThat(owner(cluster.get("operator.tigera.io/v1", "Installation", "", "default")))
                .isEqualTo("default");
    }
}
