package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.Customisation;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HelmReleaseFact;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.executor.core.helm.HelmCall;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.HelmEngine;
import io.calicofleet.executor.yaml.Yaml;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.demo.DemoReleases;
import io.calicofleet.simulator.demo.HelmInstall;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The real Helm, from release to release, on simulated clusters whose operator does what its version does. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Order(1)
class HelmUpgradeIT extends HelmFleet {

    @Test
    void upgrades_twice_and_moves_the_release_with_its_chart_while_the_values_survive() {
        // Given
        SimulatedCluster cluster = installed("twice", VALUES);
        // When
        succeeded(upgrade(cluster, "c1", V3_20, V3_22, OnConflict.HOLD));
        // Then
        awaitCalico(cluster, V3_22);
        HelmRelease second = history(cluster, "default").newest().orElseThrow();
        assertThat(second.revision()).isEqualTo(2);
        assertThat(second.status()).isEqualTo("deployed");
        assertThat(second.values()).isEqualTo(json(VALUES));
        // When
        StepSucceeded moved = succeeded(upgrade(cluster, "c2", V3_22, V3_28, OnConflict.HOLD));
        // Then
        awaitCalico(cluster, V3_28);
        assertThat(history(cluster, "default").revisions()).isEmpty();
        HelmRelease third = history(cluster, "tigera-operator").newest().orElseThrow();
        assertThat(third.chartVersion()).isEqualTo("v3.28.5");
        assertThat(third.values()).isEqualTo(json(VALUES));
        assertThat(cluster.get("v1", "Namespace", "", "tigera-operator")).isNotNull();
        JsonNode installation = cluster.get("operator.tigera.io/v1", "Installation", "", "default");
        assertThat(installation.at("/spec/calicoNetwork/mtu").asInt()).isEqualTo(1410);
        assertThat(owner(installation)).isEqualTo("tigera-operator");
        assertThat(operator(cluster)
                        .at("/spec/template/spec/containers/0/resources/requests/memory")
                        .asText())
                .isEqualTo("128Mi");
        assertThat(moved.notes()).anyMatch(note -> note.contains("-n tigera-operator"));
    }

    @Test
    void does_nothing_where_it_is_done() {
        // Given
        SimulatedCluster cluster = installed("again", "{}");
        succeeded(upgrade(cluster, "c1", V3_20, V3_28, OnConflict.HOLD));
        // When
        StepSucceeded again = succeeded(upgrade(cluster, "c2", V3_20, V3_28, OnConflict.HOLD));
        // Then
        assertThat(again.changes()).isEmpty();
        assertThat(history(cluster, "tigera-operator").revisions()).hasSize(1);
    }

    @Test
    void a_version_that_is_the_old_charts_own_follows_the_new_chart_unasked() {
        // Given
        SimulatedCluster cluster = installed("copied", "{\"tigeraOperator\": {\"version\": \"v1.20.9\"}}");
        // When
        StepSucceeded done = succeeded(upgrade(cluster, "c1", V3_20, V3_22, OnConflict.HOLD));
        // Then
        assertThat(done.notes()).anyMatch(note -> note.contains("tigeraOperator.version was v1.20.9"));
        awaitCalico(cluster, V3_22);
        assertThat(history(cluster, "default").newest().orElseThrow().values())
                .isEqualTo(json("{\"tigeraOperator\": {}}"));
    }

    @Test
    void asks_about_values_that_would_hold_the_old_operator_and_about_edits_that_helm_would_undo() {
        // Given
        SimulatedCluster cluster = installed(
                "pinned",
                "{\"tigeraOperator\": {\"version\": \"v1.20.9@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"registry\": \"reg.example/mirror\"}}");
        cluster.patch("apps/v1", "Deployment", "tigera-operator", "tigera-operator", "{\"spec\": {\"replicas\": 2}}");
        // When
        StepProgress held = upgrade(cluster, "c1", V3_20, V3_22, OnConflict.HOLD);
        // Then
        assertThat(held).isInstanceOf(StepHeld.class);
        assertThat(((StepHeld) held).conflicts())
                .extracting(FieldConflict::path)
                .containsExactly("tigeraOperator.version", "spec.replicas");
        assertThat(history(cluster, "default").revisions()).hasSize(1);
        // When
        StepSucceeded taken = succeeded(upgrade(cluster, "c1", 2, V3_20, V3_22, OnConflict.TAKE_NEW, null));
        // Then
        assertThat(taken.notes()).anyMatch(note -> note.contains("tigeraOperator.version"));
        assertThat(operator(cluster)
                        .at("/spec/template/spec/containers/0/image")
                        .asText())
                .isEqualTo("reg.example/mirror/tigera/operator:v1.25.13");
        awaitCalico(cluster, V3_22);
        assertThat(history(cluster, "default").newest().orElseThrow().values())
                .isEqualTo(json("{\"tigeraOperator\": {\"registry\": \"reg.example/mirror\"}}"));
    }

    @Test
    void refuses_a_chart_of_another_version_before_anything_is_written() throws IOException {
        // Given
        SimulatedCluster cluster = installed("wrong", "{}");
        int writes = cluster.audit().size();
        // When
        StepProgress outcome = upgrade(cluster, "c1", 1, V3_20, V3_22, OnConflict.HOLD, "v3.28.5/tigera-operator");
        // Then
        assertThat(outcome).isInstanceOf(StepFailed.class);
        assertThat(((StepFailed) outcome).reason()).isEqualTo(FailureReason.CHART_UNAVAILABLE);
        assertThat(((StepFailed) outcome).message()).contains("tigera-operator v3.28.5");
        assertThat(cluster.audit().stream().skip(writes))
                .as("nothing but our own lease and journal")
                .allMatch(entry -> entry.name().equals("calico-fleet"));
    }

    @Test
    void our_own_revision_holds_no_later_step_and_one_of_somebody_else_does() {
        // Given
        SimulatedCluster cluster = installed("contested", "{}");
        SimulatedFleet.Running executor = fleet.executor("contested", cluster);
        WorkloadImage before = new WorkloadImage(
                "Deployment tigera-operator/tigera-operator",
                "tigera-operator",
                operator(cluster).at("/spec/template/spec/containers/0/image").asText());
        StepParameters parameters = StepParameters.ofUpgrade(InstallMethod.HELM, V3_20, V3_22, OnConflict.HOLD)
                .withInstalled(List.of(before));
        succeeded(upgrade(cluster, "c1", V3_20, V3_22, OnConflict.HOLD));
        // When
        StepProgress later = executor.run(new StepRequested(
                executor.id(StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC, 1), List.of(), parameters, "please"));
        // Then
        succeeded(later);
        // When
        fleet.api(cluster)
                .helm()
                .upgrade(new HelmCall(
                        "calico",
                        "default",
                        chart(V3_22),
                        json("{\"tigeraOperator\": {\"version\": \"v1.27.0\"}}"),
                        "v1.21.14",
                        "by hand"));
        StepProgress held = executor.run(
                new StepRequested(executor.id(StepKind.REPLACE_CALICOCTL, 1), List.of(), parameters, "please"));
        // Then
        assertThat(held).isInstanceOfSatisfying(StepHeld.class, stopped -> {
            assertThat(stopped.reason()).isEqualTo(HoldReason.SECOND_UPGRADER);
            assertThat(stopped.details())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "Deployment tigera-operator/tigera-operator went from v1.20.9 to v1.27.0 since it was inspected,"
                                    + " written by ");
        });
    }

    @Test
    void leaves_a_pending_revision_of_somebody_else_alone() {
        // Given
        SimulatedCluster cluster = installed("theirs", "{}");
        pending(cluster, 2, "v3.22.5");
        // When
        StepProgress outcome = upgrade(cluster, "c1", V3_20, V3_22, OnConflict.HOLD);
        // Then
        assertThat(outcome).isInstanceOf(StepFailed.class);
        assertThat(((StepFailed) outcome).message())
                .contains("default/calico revision 2 is pending-upgrade")
                .contains("helm rollback calico -n default");
    }

    @Test
    void goes_on_where_a_helm_of_ours_was_killed_in_the_middle() {
        // Given
        SimulatedCluster cluster = installed("killed", VALUES);
        // When
        StepProgress killed = request(
                cluster,
                fleet.executor("killed-1", cluster, api -> new KilledHelm(api, () -> pending(cluster, 2, "v3.22.5"))),
                "c1",
                1,
                V3_20,
                V3_22,
                OnConflict.HOLD,
                null);
        // Then
        assertThat(killed).isInstanceOf(StepFailed.class);
        assertThat(history(cluster, "default").newest().orElseThrow().pending()).isTrue();
        // When
        succeeded(upgrade(cluster, "c1", 2, V3_20, V3_22, OnConflict.HOLD, null));
        // Then
        awaitCalico(cluster, V3_22);
        assertThat(history(cluster, "default").newest().orElseThrow().values()).isEqualTo(json(VALUES));
        assertThat(history(cluster, "default").revisions())
                .extracting(HelmRelease::status)
                .containsExactly("superseded", "deployed");
    }

    @Test
    void goes_on_where_it_was_stopped_in_the_middle_of_the_move() {
        // Given
        SimulatedCluster cluster = installed("moving", VALUES);
        StepProgress stopped = request(
                cluster,
                fleet.executor("moving-1", cluster, api -> new KilledHelm(api, () -> {})),
                "c1",
                1,
                V3_20,
                V3_28,
                OnConflict.HOLD,
                null);
        assertThat(stopped).isInstanceOf(StepFailed.class);
        assertThat(owner(cluster.get("operator.tigera.io/v1", "Installation", "", "default")))
                .as("handed over already")
                .isEqualTo("tigera-operator");
        // When
        succeeded(upgrade(cluster, "c1", 2, V3_20, V3_28, OnConflict.HOLD, null));
        // Then
        awaitCalico(cluster, V3_28);
        assertThat(history(cluster, "default").revisions()).isEmpty();
        assertThat(history(cluster, "tigera-operator").newest().orElseThrow().values())
                .isEqualTo(json(VALUES));
    }

    @Test
    void takes_up_what_the_simulator_installs_as_helm_does() throws IOException {
        // Given
        SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named("simulated"));
        HelmInstall.install(cluster, file -> DemoReleases.text(V3_20.toString(), file), VALUES);
        awaitCalico(cluster, V3_20);
        String rendered = fleet.api(cluster)
                .helm()
                .template(new HelmCall("calico", "default", chart(V3_20), json(VALUES), "v1.21.14", ""));
        HelmRelease before = history(cluster, "default").newest().orElseThrow();
        assertThat(Yaml.read(before.manifest()).stream()
                        .filter(object -> !object.path("kind").asText().equals("PodSecurityPolicy")))
                .as("what the simulator renders, but for a kind that only a cluster tells of")
                .containsExactlyInAnyOrderElementsOf(Yaml.read(rendered));
        // When
        StepSucceeded inspected = succeeded(fleet.executor("simulated-i", cluster)
                .run(new StepRequested(
                        fleet.executor("simulated-j", cluster).id(StepKind.INSPECT, 1),
                        List.of(),
                        StepParameters.ofUpgrade(null, null, V3_28, OnConflict.HOLD),
                        "please")));
        succeeded(upgrade(cluster, "c1", V3_20, V3_22, OnConflict.HOLD));
        // Then
        assertThat(inspected.facts().installMethod()).isEqualTo(InstallMethod.HELM);
        assertThat(inspected.facts().helmRelease())
                .isEqualTo(new HelmReleaseFact("calico", "default", "tigera-operator", "v3.20.6", 1));
        assertThat(inspected.notes()).anyMatch(note -> note.contains("moves from the namespace default"));
        assertThat(inspected.facts().customisations())
                .contains(new Customisation(
                        "Helm release default/calico", "installation.registry", "\"registry.example.com/\""))
                .hasSize(4);
        awaitCalico(cluster, V3_22);
        assertThat(history(cluster, "default").newest().orElseThrow().values()).isEqualTo(json(VALUES));
    }

    @Test
    void the_inspection_says_so_where_no_helm_can_run() {
        // Given
        SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named("nohelm"));
        HelmInstall.install(cluster, file -> DemoReleases.text(V3_20.toString(), file), VALUES);
        SimulatedFleet.Running executor = fleet.executor("nohelm", cluster, WithoutHelm::new);
        // When
        StepProgress outcome = executor.run(new StepRequested(
                executor.id(StepKind.INSPECT, 1),
                List.of(),
                StepParameters.ofUpgrade(null, null, V3_22, OnConflict.HOLD),
                "please"));
        // Then
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        failed -> assertThat(failed.message())
                                .contains(HelmEngine.NONE.unavailable().orElseThrow()));
    }

    /** As on a platform the engine has no library for. */
    private static final class WithoutHelm extends ForwardingCluster {

        WithoutHelm(ClusterApi cluster) {
            super(cluster);
        }

        @Override
        public HelmEngine helm() {
            return HelmEngine.NONE;
        }
    }
}
