package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.executor.port.FenceException;
import io.calicofleet.executor.port.WatchedObjects;
import io.calicofleet.executor.step.FakeCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WatchedRolloutsTest {

    private static final Duration FOR_EVER = Duration.ofHours(1);

    private final StepSignals signals = new StepSignals();
    private final List<String> told = new ArrayList<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final WatchedRollouts.Waits waits = new WatchedRollouts.Waits() {
        @Override
        public void still(String what) {
            told.add(what);
        }

        @Override
        public void goesOn() {
            told.add("over");
        }
    };
    private final WatchedRollouts rollouts = new WatchedRollouts(new FakeCluster(), signals, waits);

    @Test
    void what_holds_already_is_not_watched() {
        assertThat(rollouts.await(WatchedRolloutsTest::what, watch(() -> {}), () -> true, Duration.ZERO))
                .isTrue();
        assertThat(opened).hasValue(0);
    }

    @Test
    void it_looks_again_after_each_change_and_closes_the_watch() {
        AtomicInteger looks = new AtomicInteger();
        assertThat(rollouts.await(
                        WatchedRolloutsTest::what,
                        watch(signals::changed),
                        () -> {
                            signals.changed();
                            return looks.incrementAndGet() == 4;
                        },
                        FOR_EVER))
                .isTrue();
        assertThat(looks).hasValue(4);
        assertThat(told).as("what is over in a moment is not told").containsExactly("over");
        assertThat(closed).hasValue(1);
    }

    @Test
    void what_is_waited_for_is_told_as_it_is_at_each_look_and_that_it_is_over() {
        WatchedRollouts telling = new WatchedRollouts(new FakeCluster(), signals, waits, Duration.ZERO);
        AtomicInteger looks = new AtomicInteger();
        assertThat(telling.await(
                        () -> looks + " pods do not run yet",
                        watch(signals::changed),
                        () -> {
                            signals.changed();
                            return looks.incrementAndGet() == 4;
                        },
                        FOR_EVER))
                .isTrue();
        assertThat(told).containsExactly("2 pods do not run yet", "3 pods do not run yet", "over");
    }

    @Test
    void a_change_between_the_look_and_the_watch_is_not_missed() {
        AtomicInteger looks = new AtomicInteger();
        assertThat(rollouts.await(
                        WatchedRolloutsTest::what, watch(() -> {}), () -> looks.incrementAndGet() == 2, FOR_EVER))
                .isTrue();
    }

    @Test
    void a_limit_that_is_over_is_the_end_and_the_watch_is_closed() {
        assertThat(rollouts.await(WatchedRolloutsTest::what, watch(() -> {}), () -> false, Duration.ZERO))
                .isFalse();
        assertThat(closed).hasValue(1);
        assertThat(rollouts.await(WatchedRolloutsTest::what, "v1", "Pod", "", () -> false, Duration.ofNanos(-1)))
                .isFalse();
    }

    @Test
    void only_what_is_waited_counts_and_not_how_long_a_look_takes() {
        AtomicInteger looks = new AtomicInteger();
        long limit = Duration.ofMillis(200).toNanos();
        assertThat(rollouts.await(
                        WatchedRolloutsTest::what,
                        watch(() -> {}),
                        () -> {
                            long until = System.nanoTime() + limit;
                            while (System.nanoTime() < until) {
                                Thread.onSpinWait();
                            }
                            signals.changed();
                            return looks.incrementAndGet() == 4;
                        },
                        Duration.ofNanos(limit)))
                .isTrue();
    }

    @Test
    void a_step_whose_time_is_over_or_that_is_handed_back_stops_waiting_and_closes_the_watch() {
        for (Runnable reason : List.<Runnable>of(signals::judged, signals::handBack)) {
            assertThatThrownBy(() -> rollouts.await(WatchedRolloutsTest::what, watch(reason), () -> false, FOR_EVER))
                    .isInstanceOf(FenceException.class);
        }
        assertThat(closed).hasValue(2);
    }

    @Test
    void a_step_of_another_campaign_that_waits_does_not_make_it_spin() {
        signals.runs(new StepRequested(
                StepId.parse("u1/c01/restore/1"), List.of(), StepParameters.NONE.withEpoch(5L, 0), ""));
        signals.superseded(new StepRequested(
                StepId.parse("u2/c01/inspect/1"), List.of(), StepParameters.NONE.withEpoch(4L, 0), ""));
        AtomicInteger looks = new AtomicInteger();
        assertThat(rollouts.await(
                        WatchedRolloutsTest::what,
                        watch(() -> {}),
                        () -> {
                            looks.incrementAndGet();
                            return false;
                        },
                        Duration.ofMillis(1)))
                .isFalse();
        assertThat(looks).hasValueLessThan(5);
    }

    @Test
    void an_interrupted_thread_stays_so_and_does_not_hold() {
        Thread.currentThread().interrupt();
        assertThat(rollouts.await(WatchedRolloutsTest::what, watch(() -> {}), () -> false, FOR_EVER))
                .isFalse();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(closed).hasValue(1);
    }

    private static String what() {
        return "the pods do not run yet";
    }

    private Function<Runnable, WatchedObjects> watch(Runnable then) {
        return changed -> {
            opened.incrementAndGet();
            then.run();
            return new WatchedObjects() {
                @Override
                public List<ObjectNode> objects() {
                    return List.of();
                }

                @Override
                public void close() {
                    closed.incrementAndGet();
                }
            };
        };
    }
}
