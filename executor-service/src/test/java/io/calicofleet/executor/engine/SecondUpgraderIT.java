package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else changes the version of Calico before a step of ours, or between two of them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SecondUpgraderIT {

    @TempDir
    private Path directory;

    @Test
    void who_changes_the_version_after_the_inspection_holds_the_step_before_its_first_write_and_is_named() {
        try (SimulatedFleet fleet = new SimulatedFleet(directory)) {
            // Given
            SimulatedCluster cluster = fleet.calico("contested");
            SimulatedFleet.Running executor = fleet.executor("run1", cluster);
            List<WorkloadImage> installed = installed(executor);
            assertThat(installed).singleElement().satisfies(image -> {
                assertThat(image.object()).isEqualTo("DaemonSet kube-system/calico-node");
                assertThat(image.image()).endsWith(":v3.13.4");
            });
            assertThat(executor.run(with(executor, StepKind.BACKUP, installed))).isInstanceOf(StepSucceeded.class);
            set(cluster, "v3.19.4");
            int writes = cluster.audit().size();
            // When
            StepProgress outcome = executor.run(with(executor, StepKind.UPGRADE, installed));
            // Then
            assertHeld(
                    outcome,
                    "DaemonSet kube-system/calico-node went from v3.13.4 to v3.19.4 since it was inspected, written by kubectl-set");
            assertThat(cluster.audit().stream().skip(writes))
                    .as("nothing but our own lease and journal")
                    .allMatch(entry -> entry.name().equals("calico-fleet"));
        }
    }

    @Test
    void what_we_wrote_ourselves_holds_no_later_step_and_what_somebody_makes_of_it_does() {
        try (SimulatedFleet fleet = new SimulatedFleet(directory)) {
            // Given
            SimulatedCluster cluster = fleet.calico("between");
            SimulatedFleet.Running executor = fleet.executor("run1", cluster);
            List<WorkloadImage> installed = installed(executor);
            for (StepKind kind : List.of(
                    StepKind.BACKUP,
                    StepKind.PROTECT_HOST_ENDPOINTS,
                    StepKind.UPGRADE,
                    StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC)) {
                assertThat(executor.run(with(executor, kind, installed))).isInstanceOf(StepSucceeded.class);
            }
            // When
            set(cluster, "v3.23.5");
            StepProgress outcome = executor.run(with(executor, StepKind.REPLACE_CALICOCTL, installed));
            // Then
            assertHeld(
                    outcome,
                    "DaemonSet kube-system/calico-node went from v3.13.4 to v3.23.5 since it was inspected, written by kubectl-set");
            // When
            set(cluster, "v3.13.4");
            StepProgress back = executor.run(with(executor, StepKind.RELEASE_HOST_ENDPOINTS, installed));
            // Then
            assertHeld(
                    back,
                    "DaemonSet kube-system/calico-node went to v3.22.5 and back to v3.13.4 since it was inspected, written by kubectl-set");
        }
    }

    @Test
    void an_operator_that_somebody_else_upgrades_holds_the_step_and_one_that_we_upgraded_does_not() {
        Path releases = OperatorClusters.releases(directory);
        try (SimulatedFleet fleet = new SimulatedFleet(directory, releases, SimulatorOptions.quick())) {
            // Given
            SimulatedCluster cluster = OperatorClusters.install(fleet, "operated");
            SimulatedFleet.Running executor = fleet.executor("run1", cluster);
            List<WorkloadImage> installed = List.of(new WorkloadImage(
                    "Deployment tigera-operator/tigera-operator",
                    "tigera-operator",
                    "registry.example.com/tigera/operator:v1.20.9"));
            StepRequested upgrade =
                    found(OperatorClusters.request(cluster, StepKind.UPGRADE_OPERATOR, "v3.22.5", "c1"), installed);
            StepRequested later = found(
                    OperatorClusters.request(cluster, StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC, "v3.22.5", "c1"),
                    installed);
            // When
            assertThat(executor.run(
                            found(OperatorClusters.request(cluster, StepKind.BACKUP, "v3.22.5", "c1"), installed)))
                    .isInstanceOf(StepSucceeded.class);
            assertThat(executor.run(upgrade)).isInstanceOf(StepSucceeded.class);
            // Then
            assertThat(executor.run(later)).isInstanceOf(StepSucceeded.class);
            // When
            cluster.patch("kubectl-edit", "apps/v1", "Deployment", "tigera-operator", "tigera-operator", """
                    {"spec":{"template":{"spec":{"containers":[{"name":"tigera-operator",
                      "image":"registry.example.com/tigera/operator:v1.27.0"}]}}}}""");
            // Then
            assertHeld(
                    executor.run(found(
                            OperatorClusters.request(cluster, StepKind.REPLACE_CALICOCTL, "v3.22.5", "c1"), installed)),
                    "Deployment tigera-operator/tigera-operator went from v1.20.9 to v1.27.0 since it was inspected, written by"
                            + " kubectl-edit");
        }
    }

    private static void assertHeld(StepProgress outcome, String sentence) {
        assertThat(outcome).isInstanceOfSatisfying(StepHeld.class, held -> {
            assertThat(held.reason()).isEqualTo(HoldReason.SECOND_UPGRADER);
            assertThat(held.details()).singleElement().asString().startsWith(sentence);
            assertThat(held.summary()).contains(sentence);
        });
    }

    private static void set(SimulatedCluster cluster, String version) {
        cluster.patch("kubectl-set", "apps/v1", "DaemonSet", "kube-system", "calico-node", """
                {"spec":{"template":{"spec":{"containers":[{"name":"calico-node","image":"calico/node:%s"}]}}}}""".formatted(version));
    }

    private static List<WorkloadImage> installed(SimulatedFleet.Running executor) {
        return ((StepSucceeded) executor.run(StepKind.INSPECT, 1)).facts().installed();
    }

    private static StepRequested with(SimulatedFleet.Running executor, StepKind kind, List<WorkloadImage> installed) {
        return found(executor.request(kind, 1, OnConflict.KEEP_MINE, List.of()), installed);
    }

    private static StepRequested found(StepRequested request, List<WorkloadImage> installed) {
        return new StepRequested(
                request.step(), request.gates(), request.parameters().withInstalled(installed), request.summary());
    }
}
