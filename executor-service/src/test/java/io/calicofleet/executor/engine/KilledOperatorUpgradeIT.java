package io.calicofleet.executor.engine;

import static io.calicofleet.executor.engine.OperatorClusters.awaitCalico;
import static io.calicofleet.executor.engine.OperatorClusters.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The upgrade of an operator and the way back, killed around each write, each time continued by a fresh executor. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Order(1)
class KilledOperatorUpgradeIT {

    private static final List<StepKind> STEPS = List.of(StepKind.BACKUP, StepKind.UPGRADE_OPERATOR, StepKind.RESTORE);

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory, OperatorClusters.releases(directory), SimulatorOptions.quick());
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void killed_around_each_write_it_ends_as_without_and_writes_nothing_twice() {
        // Given
        SimulatedCluster calm = OperatorClusters.install(fleet, "calm");
        SimulatedCluster killed = OperatorClusters.install(fleet, "killed");
        for (StepKind step : STEPS) {
            String campaign = step == StepKind.RESTORE ? "undo" : "c1";
            // When
            assertThat(fleet.executor("calm-" + step, calm).run(request(calm, step, "v3.28.5", campaign)))
                    .isInstanceOf(StepSucceeded.class);
            int kills = runKilled(killed, request(killed, step, "v3.28.5", campaign));
            // Then
            assertThat(kills).as("kills during " + step).isGreaterThan(1);
            for (SimulatedCluster cluster : List.of(calm, killed)) {
                awaitCalico(cluster, step == StepKind.UPGRADE_OPERATOR ? "v3.28.5" : "v3.20.6");
            }
            assertThat(state(killed)).as("the cluster after " + step).isEqualTo(state(calm));
            assertThat(writes(killed)).as("the writes up to " + step).isEqualTo(writes(calm));
        }
    }

    private int runKilled(SimulatedCluster cluster, StepRequested request) {
        return Killer.untilDone(
                300,
                (kills, at) -> fleet.executor(
                                "killed-" + request.step().kind() + "-" + kills, cluster, api -> new Killer(api, at))
                        .run(request),
                () -> {});
    }

    private static Map<String, String> state(SimulatedCluster cluster) {
        return OperatorClusters.state(cluster, OperatorClusters.KINDS, object -> "");
    }

    /** The writes that came over HTTP, those an executor keeps for itself left out. */
    private static Map<String, Integer> writes(SimulatedCluster cluster) {
        Map<String, Integer> writes = new TreeMap<>();
        cluster.audit().stream()
                .filter(entry -> entry.succeeded() && !entry.dryRun())
                .filter(entry -> !entry.namespace().equals("kube-system"))
                .map(entry -> entry.verb() + " " + entry.resource() + "/" + entry.name())
                .forEach(write -> writes.merge(write, 1, Integer::sum));
        return writes;
    }
}
