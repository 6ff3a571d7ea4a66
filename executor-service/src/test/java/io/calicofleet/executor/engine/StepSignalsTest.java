package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.event.StepId;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.executor.port.FenceException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StepSignalsTest {

    /** Nobody waits that long: who waits for it is woken by something else. */
    private static final Duration FOR_EVER = Duration.ofHours(1);

    private final StepSignals signals = new StepSignals();

    @Test
    void whoever_observes_is_woken_by_each_reason_to_look_again_or_to_end() throws Exception {
        for (Runnable reason : reasons()) {
            StepSignals waiting = new StepSignals();
            waiting.runs(asked("u1/c01/upgrade/1", 1));
            Thread thread = parked(() -> waiting.awaitChange(FOR_EVER));
            current = waiting;
            reason.run();
            thread.join();
        }
    }

    @Test
    void whoever_acts_and_waits_is_woken_by_a_change_and_by_the_end_of_its_time() throws Exception {
        for (Runnable reason : reasons()) {
            StepSignals waiting = new StepSignals();
            waiting.runs(asked("u1/c01/upgrade/1", 1));
            Thread thread = parked(() -> waiting.awaitChangeWhileActing(FOR_EVER));
            current = waiting;
            reason.run();
            thread.join();
        }
    }

    @Test
    void a_pause_ends_when_the_step_must_not_go_on_and_not_for_a_change() throws Exception {
        for (Runnable reason : reasons().subList(1, 5)) {
            StepSignals waiting = new StepSignals();
            waiting.runs(asked("u1/c01/upgrade/1", 1));
            Thread thread = parked(() -> waiting.pause(FOR_EVER));
            current = waiting;
            reason.run();
            thread.join();
        }
        signals.changed();
        Thread thread = parked(() -> signals.pause(FOR_EVER));
        signals.judged();
        thread.join();
    }

    @Test
    void a_step_of_another_campaign_that_waits_ends_the_observing_and_keeps_nobody_who_acts_from_sleeping()
            throws Exception {
        signals.runs(asked("u1/c01/upgrade/1", 5));
        signals.superseded(asked("u2/c01/inspect/1", 5));
        assertThat(signals.observedEnough()).isTrue();
        signals.awaitChange(FOR_EVER);
        long began = System.nanoTime();
        signals.awaitChangeWhileActing(Duration.ofMillis(30));
        signals.pause(Duration.ofMillis(30));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(60));
        assertThatCode(signals::check).doesNotThrowAnyException();
    }

    @Test
    void a_change_is_news_once() throws Exception {
        signals.changed();
        signals.changed();
        signals.awaitChange(FOR_EVER);
        assertThat(signals.changedSinceAwaited()).isTrue();
        signals.awaitChange(Duration.ZERO);
        assertThat(signals.changedSinceAwaited()).isFalse();
        signals.changed();
        signals.awaitChangeWhileActing(FOR_EVER);
        signals.awaitChange(Duration.ZERO);
        assertThat(signals.changedSinceAwaited()).isFalse();
        assertThat(signals.observedEnough()).isFalse();
    }

    @Test
    void a_verdict_is_the_end_of_both() {
        signals.judged();
        assertThat(signals.observedEnough()).isTrue();
        assertThat(signals.handedBackNow()).isFalse();
        assertThatThrownBy(signals::check)
                .isInstanceOfSatisfying(
                        FenceException.class, e -> assertThat(e.why()).isEqualTo(FenceException.Why.OVER));
    }

    @Test
    void what_is_handed_back_is_handed_back_whatever_else_is_true() {
        signals.judged();
        signals.handBack();
        assertThat(signals.observedEnough()).isTrue();
        assertThat(signals.handedBackNow()).isTrue();
        assertThatThrownBy(signals::check)
                .isInstanceOfSatisfying(
                        FenceException.class, e -> assertThat(e.why()).isEqualTo(FenceException.Why.HANDED_BACK));
    }

    @Test
    void the_same_step_delivered_again_does_not_end_the_one_that_runs() {
        signals.superseded(asked("u1/c01/upgrade/1", 5));
        assertThatCode(signals::check).as("nothing runs yet").doesNotThrowAnyException();
        assertThat(signals.step()).isNull();
        signals.runs(asked("u1/c01/upgrade/1", 5));
        assertThat(signals.step()).isEqualTo(StepId.parse("u1/c01/upgrade/1"));
        signals.superseded(asked("u1/c01/upgrade/1", 9));
        assertThatCode(signals::check).doesNotThrowAnyException();
        signals.superseded(asked("u2/c01/inspect/1", 5));
        assertThatCode(signals::check).as("the same grant").doesNotThrowAnyException();
        signals.superseded(asked("u1/c01/inspect/2", 1));
        assertThatCode(signals::check).as("an earlier grant").doesNotThrowAnyException();
        signals.superseded(asked("u1/c01/inspect/2", 5));
        assertThatThrownBy(signals::check).isInstanceOf(FenceException.class);
        signals.superseded(asked("u2/c01/inspect/1", 1));
        assertThatThrownBy(signals::check).as("over is over").isInstanceOf(FenceException.class);
    }

    @Test
    void a_step_of_a_campaign_that_does_not_have_the_cluster_ends_no_observing() {
        signals.runs(asked("u1/c01/upgrade/1", 5));

        signals.superseded(asked("u2/c01/inspect/1", 4));

        assertThatCode(signals::check).doesNotThrowAnyException();
        assertThat(signals.observedEnough()).isFalse();
    }

    @Test
    void an_earlier_step_of_its_own_campaign_that_comes_again_ends_nothing() {
        signals.runs(asked("u1/c01/upgrade/2", 5, 4));

        signals.superseded(asked("u1/c01/upgrade/1", 5, 3));

        assertThatCode(signals::check).doesNotThrowAnyException();
    }

    private StepSignals current = signals;

    private List<Runnable> reasons() {
        return List.of(
                () -> current.changed(),
                () -> current.judged(),
                () -> current.handBack(),
                () -> current.superseded(asked("u1/c01/restore/1", 1)),
                () -> current.superseded(asked("u2/c01/inspect/1", 2)));
    }

    private interface Waits {
        void run() throws InterruptedException;
    }

    /** A thread that waits, once it does. */
    private static Thread parked(Waits waits) {
        Thread thread = Thread.ofPlatform().daemon().start(() -> {
            try {
                waits.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return thread;
    }

    private static StepRequested asked(String step, long epoch) {
        return asked(step, epoch, 0);
    }

    private static StepRequested asked(String step, long epoch, long sequence) {
        return new StepRequested(StepId.parse(step), List.of(), StepParameters.NONE.withEpoch(epoch, sequence), "");
    }
}
