package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HelmReleaseFact;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.core.helm.HelmCall;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
        String chart = chartOf(V3_26, "v1.30.11");
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

    @Test
    void a_release_in_a_namespace_of_its_own_is_upgraded_and_taken_back_there() {
        // Given an Installation that is not of the release, so that its operator alone tells where the release is
        SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named("elsewhere"));
        HelmChart chart = chart(releases.resolve(chartOf(V3_24, "v1.28.5")), V3_24);
        String values = "{\"installation\": {\"enabled\": false}}";
        cluster.apply(new String(chart.files().get("crds/crds.yaml"), StandardCharsets.UTF_8));
        cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: networking}}");
        fleet.api(cluster)
                .helm()
                .install(new HelmCall("calico", "networking", chart, json(values), "v1.21.14", "installed"));
        cluster.apply("{apiVersion: operator.tigera.io/v1, kind: Installation, metadata: {name: default}, spec: {}}");
        awaitCalico(cluster, V3_24);
        String target = chartOf(V3_26, "v1.30.11");
        // When
        SimulatedFleet.Running executor = fleet.executor("elsewhere-i", cluster);
        StepSucceeded inspected = succeeded(executor.run(new StepRequested(
                executor.id(StepKind.INSPECT, 1),
                List.of(),
                StepParameters.ofUpgrade(null, null, V3_26, OnConflict.HOLD).withChart(target),
                "please")));
        succeeded(backup(cluster, V3_24, V3_26));
        succeeded(upgrade(cluster, "c1", 1, V3_24, V3_26, OnConflict.HOLD, target));
        // Then
        assertThat(inspected.facts().installMethod()).isEqualTo(InstallMethod.HELM);
        assertThat(inspected.facts().helmRelease())
                .isEqualTo(new HelmReleaseFact("calico", "networking", "tigera-operator", "v3.24.5", 1));
        awaitCalico(cluster, V3_26);
        isElsewhere(cluster, "v1.30.11", 2, V3_26);
        // When
        succeeded(restore(cluster));
        // Then
        awaitCalico(cluster, V3_24);
        isElsewhere(cluster, "v1.28.5", 3, V3_24);
        assertThat(history(cluster, "networking").newest().orElseThrow().values())
                .isEqualTo(json(values));
    }

    /** Release and operator are in their namespace, and nowhere else. */
    private static void isElsewhere(SimulatedCluster cluster, String operator, int revision, CalicoVersion version) {
        HelmRelease newest = history(cluster, "networking").newest().orElseThrow();
        assertThat(newest.revision()).isEqualTo(revision);
        assertThat(newest.status()).isEqualTo("deployed");
        assertThat(newest.chartVersion()).isEqualTo(version.toString());
        for (String other : List.of("default", "tigera-operator")) {
            assertThat(history(cluster, other).revisions()).isEmpty();
        }
        assertThat(cluster.list("apps/v1", "Deployment", "").stream()
                        .filter(deployment -> deployment
                                .at("/spec/template/spec/containers/0/image")
                                .asText()
                                .contains("tigera/operator")))
                .singleElement()
                .satisfies(deployment -> {
                    assertThat(deployment.at("/metadata/namespace").asText()).isEqualTo("networking");
                    assertThat(deployment
                                    .at("/spec/template/spec/containers/0/image")
                                    .asText())
                            .endsWith(":" + operator);
                });
    }
}
