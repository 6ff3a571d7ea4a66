package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.ComponentStatus;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.OperatorObservation;
import io.calicofleet.event.SightLost;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepRequested;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ObservationLoopTest {

    private static final StepId STEP = StepId.parse("c1/c01/upgrade/1");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RecordingOutbox outbox = new RecordingOutbox();
    private final StepSignals signals = new StepSignals();
    private final FakeObserver cluster = new FakeObserver();
    private @Nullable CompletableFuture<Void> running;

    @AfterEach
    void stop() {
        signals.judged();
        if (running != null) {
            running.join();
        }
    }

    @Test
    void it_goes_on_although_the_deadlines_are_used_up_and_says_that_a_verdict_is_missing() {
        start(STEP, Duration.ofDays(1));

        await().atMost(PATIENCE).until(() -> said(ChecksObserved.class).size() > 20);

        assertThat(running).isNotDone();
        assertThat(said(StepProgressed.class))
                .last()
                .satisfies(said -> assertThat(said.waitsFor()).contains("a verdict", "check that a verifier runs"));
        assertThat(said(ChecksObserved.class)).allSatisfy(checks -> {
            assertThat(checks.acted()).isTrue();
            assertThat(checks.next()).isEqualTo(settings().observeEvery());
        });
        signals.judged();
        await().atMost(PATIENCE).until(running::isDone);
        assertThat(cluster.open).hasValue(0);
    }

    @Test
    void it_ends_at_the_limit_of_the_step_and_a_grace() {
        start(STEP, Duration.ofMillis(100));

        await().atMost(PATIENCE).until(running::isDone);
        assertThat(cluster.open).hasValue(0);
    }

    @Test
    void a_cluster_that_is_not_seen_is_told_at_the_steady_interval_until_it_is_seen_again() {
        start(STEP, Duration.ofDays(1));
        await().atMost(PATIENCE).until(() -> !said(ChecksObserved.class).isEmpty());
        cluster.failing.set(away());
        await().atMost(PATIENCE).until(() -> said(SightLost.class).size() >= 3);

        SightLost lost = said(SightLost.class).getFirst();
        assertThat(lost.reason()).isEqualTo("the API server does not answer");
        assertThat(lost.stale()).isZero();
        assertThat(lost.next()).isEqualTo(settings().observeEvery());
        assertThat(said(StepProgressed.class))
                .last()
                .satisfies(said -> assertThat(said.waitsFor())
                        .contains("no deadline runs meanwhile", "the API server does not answer"));
        int before = said(ChecksObserved.class).size();
        cluster.failing.set(null);
        await().atMost(PATIENCE).until(() -> said(ChecksObserved.class).size() > before);
        await().atMost(PATIENCE)
                .until(() -> said(StepProgressed.class).getLast().waitsFor() == null
                        || said(StepProgressed.class).getLast().waitsFor().startsWith("a verdict"));
        assertThat(outbox.events().stream()
                        .map(event -> switch (event) {
                            case ChecksObserved checks -> checks.sequence();
                            case SightLost sight -> sight.sequence();
                            default -> -1L;
                        })
                        .filter(sequence -> sequence >= 0))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void one_request_that_fails_is_no_loss_of_sight() {
        start(STEP, Duration.ofDays(1), settings(Duration.ofHours(1)));
        await().atMost(PATIENCE).until(() -> !said(ChecksObserved.class).isEmpty());
        for (int i = 0; i < 5; i++) {
            int before = said(ChecksObserved.class).size();
            cluster.failOnce.set(away());
            cluster.seen.set(operator("trouble " + i));
            signals.changed();
            await().atMost(PATIENCE)
                    .until(() -> cluster.failOnce.get() == null
                            && said(ChecksObserved.class).size() > before);
        }

        assertThat(said(SightLost.class)).isEmpty();
    }

    @Test
    void what_was_stale_is_told_at_once_with_how_long_it_may_have_been() {
        start(STEP, Duration.ofDays(1));
        await().atMost(PATIENCE).until(() -> !said(ChecksObserved.class).isEmpty());
        cluster.failOnce.set(ClusterException.stale(Problem.UNAVAILABLE, "silent", Duration.ofSeconds(75)));

        await().atMost(PATIENCE).until(() -> !said(SightLost.class).isEmpty());
        assertThat(said(SightLost.class))
                .singleElement()
                .satisfies(lost -> assertThat(lost.stale()).isEqualTo(Duration.ofSeconds(75)));
    }

    @Test
    void where_it_cannot_even_begin_to_look_it_says_so_and_begins_later() {
        cluster.failing.set(away());
        start(STEP, Duration.ofDays(1));
        await().atMost(PATIENCE).until(() -> !said(SightLost.class).isEmpty());
        assertThat(said(ChecksObserved.class)).isEmpty();

        cluster.failing.set(null);
        await().atMost(PATIENCE).until(() -> !said(ChecksObserved.class).isEmpty());
    }

    @Test
    void what_an_operator_says_of_its_trouble_is_what_the_step_waits_for() {
        cluster.seen.set(operator("pull secret tigera-pull-secret not found"));
        start(STEP, Duration.ofDays(1));

        await().atMost(PATIENCE)
                .until(() -> said(StepProgressed.class).stream()
                        .anyMatch(said -> said.waitsFor() != null
                                && said.waitsFor()
                                        .equals(
                                                "the operator says that calico is degraded: pull secret tigera-pull-secret not"
                                                        + " found")));
    }

    @Test
    void a_restore_is_observed_while_it_acts_and_no_other_step() throws Exception {
        StepRequested restore = request(StepId.parse("c1/c01/restore/1"), Duration.ofDays(1));
        Reporter reporter = new Reporter(outbox, restore.step(), null, "run");
        ObservationLoop observation = new ObservationLoop(settings(), EngineMetrics.NONE);

        ObservationLoop.Early early = observation.whileActing(restore, cluster, reporter);
        try {
            await().atMost(PATIENCE).until(() -> said(ChecksObserved.class).size() > 2);
        } finally {
            early.end();
        }

        assertThat(said(ChecksObserved.class))
                .allSatisfy(checks -> assertThat(checks.acted()).isFalse());
        assertThat(said(StepProgressed.class)).isEmpty();
        assertThat(cluster.open).hasValue(0);
        int begun = cluster.begun.get();
        observation
                .whileActing(request(STEP, Duration.ofDays(1)), cluster, reporter)
                .end();
        assertThat(cluster.begun).hasValue(begun);
    }

    private static ClusterException away() {
        return new ClusterException(Problem.UNAVAILABLE, "the API server does not answer", null);
    }

    private void start(StepId step, Duration limit) {
        start(step, limit, settings());
    }

    private void start(StepId step, Duration limit, EngineSettings settings) {
        StepRequested request = request(step, limit);
        Reporter reporter = new Reporter(outbox, step, null, "run");
        running = CompletableFuture.runAsync(
                () -> {
                    try {
                        new ObservationLoop(settings, EngineMetrics.NONE).run(request, cluster, signals, reporter);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                task -> Thread.ofVirtual().start(task));
    }

    private static StepRequested request(StepId step, Duration limit) {
        return new StepRequested(
                step,
                List.of(GateRequirement.of(GateKind.PODS, Duration.ofMillis(20))),
                StepParameters.ofUpgrade(null, null, CalicoVersion.of(3, 22, 5), null),
                "please",
                limit,
                null);
    }

    private static EngineSettings settings() {
        return settings(Duration.ofMillis(50));
    }

    private static EngineSettings settings(Duration observeEvery) {
        return new EngineSettings(
                "it",
                "run",
                other -> false,
                Duration.ofSeconds(1),
                Duration.ofMillis(10),
                Duration.ofSeconds(1),
                Duration.ofMillis(10),
                observeEvery,
                Duration.ZERO,
                Duration.ofMillis(5),
                Duration.ofMillis(50));
    }

    private static ClusterObservation operator(String message) {
        return observation(new OperatorObservation(
                "quay.io/tigera/operator:v1.25.13",
                true,
                null,
                1,
                List.of(new ComponentStatus("calico", false, false, true, 1, message)),
                List.of(),
                List.of()));
    }

    private static ClusterObservation observation(@Nullable OperatorObservation operator) {
        return new ClusterObservation(
                null, null, List.of(), List.of(), null, Map.of(), List.of(), List.of(), operator, null, List.of(),
                Map.of(), null, Map.of(), null, null);
    }

    private <E extends FleetEvent> List<E> said(Class<E> type) {
        return outbox.events().stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** A cluster that is seen or not. */
    private static final class FakeObserver implements Observer {

        private final AtomicReference<@Nullable ClusterException> failing = new AtomicReference<>();
        private final AtomicReference<@Nullable ClusterException> failOnce = new AtomicReference<>();
        private final AtomicReference<ClusterObservation> seen = new AtomicReference<>(observation(null));
        private final AtomicInteger open = new AtomicInteger();
        private final AtomicInteger begun = new AtomicInteger();

        @Override
        public Session start(StepRequested request, Runnable changed) {
            check();
            open.incrementAndGet();
            begun.incrementAndGet();
            return new Session() {
                @Override
                public ClusterObservation observe() {
                    check();
                    return seen.get();
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        }

        private void check() {
            ClusterException once = failOnce.getAndSet(null);
            ClusterException always = failing.get();
            if (once != null || always != null) {
                throw once != null ? once : always;
            }
        }
    }
}
