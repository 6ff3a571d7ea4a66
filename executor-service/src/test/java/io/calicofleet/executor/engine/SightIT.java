package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.SightLost;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.SimulatedCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an executor says of a cluster it observes and does not see. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SightIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final List<GateRequirement> PODS = List.of(GateRequirement.of(GateKind.PODS, Duration.ofSeconds(1)));

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;
    private SimulatedCluster cluster;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory);
        cluster = fleet.calico("c01");
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void an_api_server_that_is_away_is_told_and_the_step_goes_on_once_it_is_back() throws Exception {
        // Given a step whose deadline is used up before the verdict can come
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);
        StepRequested request = executor.request(StepKind.PROTECT_HOST_ENDPOINTS, 1, OnConflict.HOLD, PODS);
        HandDelivery delivery = HandDelivery.of(request, 0);
        executor.queues.accept(delivery);
        await().atMost(PATIENCE).until(() -> !executor.outbox.checks().isEmpty());
        // When
        cluster.faults().apiDown(true);
        // Then
        await().atMost(PATIENCE).until(() -> said(executor, SightLost.class).size() >= 2);
        assertThat(said(executor, SightLost.class).getFirst().reason()).isNotBlank();
        assertThat(said(executor, StepProgressed.class).getLast().waitsFor()).contains("no deadline runs meanwhile");
        int before = executor.outbox.checks().size();
        cluster.faults().apiDown(false);
        await().atMost(PATIENCE).until(() -> executor.outbox.checks().size() > before + 1);
        assertThat(String.valueOf(said(executor, StepProgressed.class).getLast().waitsFor()))
                .doesNotContain("no deadline runs meanwhile");
        assertThat(delivery.acknowledged()).isFalse();
        executor.queues.judged(request.step());
        await().atMost(PATIENCE).until(delivery::acknowledged);
    }

    @Test
    void a_restore_is_observed_from_its_start() {
        // Given
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);
        assertThat(executor.run(StepKind.BACKUP, 1)).isInstanceOf(StepSucceeded.class);
        assertThat(executor.run(StepKind.UPGRADE, 1)).isInstanceOf(StepSucceeded.class);
        StepRequested request =
                new StepRequested(executor.id(StepKind.RESTORE, 1), PODS, StepParameters.NONE, "please");
        // When
        executor.queues.accept(HandDelivery.of(request, 0));
        await().atMost(PATIENCE).until(() -> executor.outbox.checks().stream().anyMatch(ChecksObserved::acted));
        // Then
        List<ChecksObserved> checks = executor.outbox.checks();
        assertThat(checks.getFirst().acted()).isFalse();
        assertThat(checks).extracting(ChecksObserved::sequence).isSorted().doesNotHaveDuplicates();
        executor.queues.judged(request.step());
        await().atMost(PATIENCE).until(() -> executor.queues.running() == 0);
    }

    private static <E> List<E> said(SimulatedFleet.Running executor, Class<E> type) {
        return executor.outbox.events().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
