package io.calicofleet.executor.engine;

import static io.calicofleet.executor.engine.HandEngine.asked;
import static io.calicofleet.executor.engine.HandEngine.gated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.event.Event;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepAccepted;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.kafka.Received;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** From a delivery to its acknowledgement, with all that can be thrown in between. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StepRunnerTest extends StepScene {

    @Test
    void a_fault_outside_of_the_handler_ends_the_step_as_a_bug_too() throws Exception {
        engine.acquire = () -> {
            throw new StackOverflowError();
        };
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.BUG);
        assertThat(engine.happened).containsExactly("acquire for e1/r1 as c01", "release");
        assertThat(delivery.acknowledged()).isTrue();
    }

    @Test
    void a_step_whose_time_is_over_stops_before_its_next_write_and_says_nothing_more() throws Exception {
        engine.backups = recording();
        engine.handler = step -> {
            signals.judged();
            step.cluster().create(object());
            throw new AssertionError("it went on");
        };
        run();
        assertThat(engine.outbox.outcomes(STEP)).isEmpty();
        assertThat(engine.api.writes).isEmpty();
        assertThat(delivery.acknowledged()).isTrue();
        assertThat(engine.happened.getLast()).isEqualTo("release");
    }

    @Test
    void one_that_is_handed_back_stops_and_is_delivered_again() throws Exception {
        engine.backups = recording();
        engine.handler = step -> {
            signals.handBack();
            step.cluster().create(object());
            throw new AssertionError("it went on");
        };
        run();
        assertThat(engine.outbox.outcomes(STEP)).isEmpty();
        assertThat(delivery.acknowledged()).isFalse();
        assertThat(engine.happened.getLast()).isEqualTo("release");
    }

    @Test
    void one_that_fails_after_it_was_handed_back_has_not_failed() throws Exception {
        engine.handler = step -> {
            signals.handBack();
            throw new IllegalStateException("Client is closed");
        };
        run();
        assertThat(engine.outbox.outcomes(STEP)).isEmpty();
        assertThat(delivery.acknowledged()).isFalse();
    }

    @Test
    void one_that_is_handed_back_after_its_outcome_is_delivered_again_and_has_its_outcome_then() throws Exception {
        engine.handler = step -> {
            signals.handBack();
            return new StepOutcome.Succeeded(null, List.of(), List.of(), "done");
        };
        run();
        assertThat(outcome()).isInstanceOf(StepSucceeded.class);
        assertThat(delivery.acknowledged()).isFalse();
        assertThat(engine.journal.find(STEP).orElseThrow().outcome()).isEqualTo(outcome());
    }

    @Test
    void a_cluster_that_is_not_served_and_one_with_a_bad_kubeconfig_are_told_apart() throws Exception {
        engine.served = id -> false;
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.CLUSTER_UNKNOWN);
        assertThat(failed().message()).isEqualTo("there is no kubeconfig of c01 on e1");
        assertThat(delivery.acknowledged()).isTrue();
        engine.problem = "it is no YAML";
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.KUBECONFIG_UNUSABLE);
        assertThat(failed().message()).contains("it is no YAML", "then retry");
        assertThat(engine.happened).isEmpty();
    }

    @Test
    void a_cluster_whose_kubeconfig_comes_within_its_time_is_waited_for() throws Exception {
        int[] asked = {0};
        engine.clusterGrace = Duration.ofHours(1);
        engine.served = id -> asked[0]++ == 2;
        long before = System.nanoTime();
        run();
        assertThat(System.nanoTime() - before)
                .as("with pauses")
                .isGreaterThan(Duration.ofMillis(199).toNanos());
        assertThat(outcome()).isInstanceOf(StepSucceeded.class);
        assertThat(asked[0]).isEqualTo(3);
    }

    @Test
    void while_a_place_where_clusters_are_found_was_never_read_nobody_says_that_there_is_none() throws Exception {
        int[] asked = {0};
        engine.complete = false;
        engine.served = id -> asked[0]++ == 2;
        run();
        assertThat(outcome()).isInstanceOf(StepSucceeded.class);
        assertThat(asked[0]).isEqualTo(3);
        // What is known to be wrong is said at once.
        engine.served = id -> false;
        engine.problem = "it is no YAML";
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.KUBECONFIG_UNUSABLE);
    }

    @Test
    void a_step_that_waited_in_line_has_waited_for_its_kubeconfig_too() throws Exception {
        engine.clusterGrace = Duration.ofHours(1);
        engine.served = id -> false;

        engine.runner().run(delivery.old(Duration.ofHours(1)), signals);

        assertThat(failed().reason()).isEqualTo(FailureReason.CLUSTER_UNKNOWN);
    }

    @Test
    void a_step_under_the_key_of_another_cluster_is_not_executed() throws Exception {
        HandDelivery stray = new HandDelivery("c02", 1, delivery.read());

        engine.runner().run(stray, signals);

        assertThat(engine.happened).isEmpty();
        assertThat(stray.acknowledged()).isTrue();
        assertThat(engine.outbox.deadLetters()).singleElement().asString().contains("'c02'", "'c01'");
    }

    @Test
    void a_step_that_is_handed_back_while_its_kubeconfig_is_missing_is_no_failure() throws Exception {
        engine.clusterGrace = Duration.ofHours(1);
        engine.served = id -> {
            signals.handBack();
            return false;
        };
        run();
        assertThat(engine.outbox.outcomes(STEP)).isEmpty();
        assertThat(engine.counts.acted).isEmpty();
        assertThat(delivery.acknowledged()).isFalse();
    }

    @Test
    void what_nobody_can_read_and_what_does_not_belong_there_goes_to_the_dead_letters() throws Exception {
        HandDelivery unreadable = new HandDelivery("c01", 1, new Received.Unreadable(new byte[0], "no JSON"));
        engine.runner().run(unreadable, signals);
        HandDelivery stranger = new HandDelivery(
                "c01",
                2,
                new Received.Parsed(Event.of(
                        "x",
                        "/test",
                        HandEngine.NOW,
                        null,
                        null,
                        new StepProgressed(STEP, 0, 0, "", "what of it", null))));
        engine.runner().run(stranger, signals);
        HandDelivery gone = new HandDelivery("c01", 3, new Received.Tombstone());
        engine.runner().run(gone, signals);
        assertThat(engine.outbox.deadLetters()).containsExactly("no JSON", "a step.progressed does not belong here");
        assertThat(List.of(unreadable, stranger, gone)).allMatch(HandDelivery::acknowledged);
        assertThat(engine.counts.deadLetters).isEqualTo(2);
        assertThat(engine.counts.started).isZero();
    }

    @Test
    void nothing_is_acknowledged_that_the_broker_does_not_have() {
        engine.outbox.listen(event -> {
            throw new CompletionException(new IllegalStateException("too large"));
        });
        assertThatThrownBy(this::run).isInstanceOf(CompletionException.class);
        assertThat(delivery.acknowledged()).isFalse();
        assertThat(engine.counts.ended).isEqualTo(1);
    }

    @Test
    void a_step_that_is_set_aside_is_answered_and_touches_nothing() throws Exception {
        List<String> lines = new ArrayList<>(
                List.of("aside u1/c01/upgrade/1 2026-11-28T09:58:00Z,2026-11-28T09:59:00Z,2026-11-28T10:00:00Z"));
        engine.notes = new StepNotes(new Listed(lines), () -> HandEngine.NOW, () -> 0);
        run();
        assertThat(outcome()).isInstanceOf(StepHeld.class);
        assertThat(((StepHeld) outcome()).reason()).isEqualTo(HoldReason.EXECUTOR_ENDED);
        assertThat(engine.happened).isEmpty();
        assertThat(delivery.acknowledged()).isTrue();
        // When
        engine.runner().run(HandDelivery.of(asked("u1/c01/upgrade/2"), 8), new StepSignals());
        // Then
        assertThat(engine.happened).contains("run u1/c01/upgrade/2");
        assertThat(lines).containsSubsequence("suspect u1/c01/upgrade/2", "ended u1/c01/upgrade/2");
    }

    @Test
    void what_is_executed_is_noted_while_it_is_and_no_longer_whatever_comes_of_it() throws Exception {
        List<String> lines = new ArrayList<>();
        engine.notes = new StepNotes(new Listed(lines), () -> HandEngine.NOW, () -> 0);
        engine.handler = step -> {
            assertThat(lines).containsExactly("began u1/c01/upgrade/1");
            throw new StackOverflowError();
        };
        run();
        assertThat(lines).containsExactly("began u1/c01/upgrade/1", "ended u1/c01/upgrade/1");
        lines.clear();
        engine.journal.started(StepId.parse("u9/c01/upgrade/1"), 9, 0);
        engine.acquire = () -> {
            signals.handBack();
            return Optional.of("e2/r1");
        };
        run();
        assertThat(lines).containsExactly("began u1/c01/upgrade/1", "left u1/c01/upgrade/1");
    }

    @Test
    void a_step_that_takes_longer_than_a_moment_is_said_to_be_taken_up() throws Exception {
        CountDownLatch said = new CountDownLatch(1);
        engine.outbox.listen(event -> {
            if (event instanceof StepAccepted) {
                said.countDown();
            }
        });
        engine.handler = step -> {
            assertThat(signals.step()).isEqualTo(STEP);
            assertThat(waits(said)).isTrue();
            return new StepOutcome.Succeeded(null, List.of(), List.of(), "done");
        };
        run();
        assertThat(engine.outbox.events().getFirst())
                .isEqualTo(new StepAccepted(STEP, "e1", "c01: e1 has taken up upgrade"));
        assertThat(outcome()).isInstanceOf(StepSucceeded.class);
    }

    @Test
    void what_a_step_took_and_what_became_of_it_is_counted() throws Exception {
        engine.handler = step -> new StepOutcome.Failed(FailureReason.FORBIDDEN, "no");
        run();
        assertThat(engine.counts.acted).containsExactly("upgrade failed " + FailureReason.FORBIDDEN.category());
        assertThat(engine.counts.took).allMatch(took -> took.compareTo(Duration.ofMinutes(10)) < 0);
    }

    @Test
    void nothing_is_acknowledged_before_the_broker_has_all_that_was_said() {
        engine.outbox.answer = CompletableFuture.failedFuture(new IllegalStateException("no broker"));
        assertThatThrownBy(this::run).isInstanceOf(CompletionException.class);
        assertThat(delivery.acknowledged()).isFalse();
    }

    @Test
    void one_that_is_over_is_not_acknowledged_before_the_broker_has_what_it_said_until_then() {
        engine.outbox.answer = CompletableFuture.failedFuture(new IllegalStateException("no broker"));
        engine.backups = recording();
        engine.handler = step -> {
            step.progress().progressed(1, 2, "nodes", "half of it");
            signals.judged();
            step.cluster().create(object());
            throw new AssertionError("it went on");
        };
        assertThatThrownBy(this::run).isInstanceOf(CompletionException.class);
        assertThat(delivery.acknowledged()).isFalse();
    }

    @Test
    void a_step_that_succeeded_and_has_gates_is_looked_at_until_its_verdict_is_in() throws Exception {
        delivery = HandDelivery.of(gated("u1/c01/upgrade/1"), 7);
        engine.seen = request -> {
            assertThat(outcome()).as("it is said before").isInstanceOf(StepSucceeded.class);
            assertThat(delivery.acknowledged()).isFalse();
            signals.judged();
            return HandEngine.NOTHING;
        };
        run();
        assertThat(engine.happened).endsWith("release", "looked");
        assertThat(engine.outbox.checks()).hasSize(1);
        assertThat(delivery.acknowledged()).isTrue();
    }

    @Test
    void one_that_failed_or_was_judged_already_is_not_looked_at() throws Exception {
        delivery = HandDelivery.of(gated("u1/c01/upgrade/1"), 7);
        engine.handler = step -> new StepOutcome.Failed(FailureReason.FORBIDDEN, "no");
        run();
        assertThat(delivery.acknowledged()).isTrue();
        delivery = HandDelivery.of(gated("u1/c01/upgrade/2"), 8);
        engine.handler = step -> {
            signals.judged();
            return new StepOutcome.Succeeded(null, List.of(), List.of(), "done");
        };
        run();
        assertThat(engine.happened).doesNotContain("looked");
        assertThat(delivery.acknowledged()).isTrue();
    }

    @Test
    void a_restore_is_looked_at_while_it_acts_and_that_has_ended_before_its_outcome_is_said() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        delivery = HandDelivery.of(gated("u1/c01/restore/1"), 7);
        engine.seen = request -> {
            seen.countDown();
            return HandEngine.NOTHING;
        };
        engine.handler = step -> {
            assertThat(waits(seen)).isTrue();
            return new StepOutcome.Failed(FailureReason.FORBIDDEN, "no");
        };
        run();
        assertThat(engine.happened).endsWith("release", "looked");
    }

    @Test
    void a_suspect_waits_for_its_turn_and_says_so() throws Exception {
        StepId other = suspects();
        engine.outbox.listen(event -> {
            if (event instanceof StepProgressed) {
                engine.notes.ended(other, false);
            }
        });
        run();
        assertThat(waited())
                .satisfiesExactly(
                        why -> assertThat(why).startsWith("its turn: this executor ended twice"),
                        goesOn -> assertThat(goesOn).isEmpty());
        assertThat(outcome()).isInstanceOf(StepSucceeded.class);
    }

    @Test
    void a_suspect_that_is_handed_back_while_it_waits_is_not_executed() throws Exception {
        suspects();
        engine.outbox.listen(event -> signals.handBack());
        run();
        assertThat(engine.happened).isEmpty();
        assertThat(engine.outbox.outcomes(STEP)).isEmpty();
        assertThat(delivery.acknowledged()).isFalse();
    }

    /** This step and another were found twice in the middle of a death; the other is executed. */
    private StepId suspects() {
        StepId other = StepId.parse("u1/c02/upgrade/1");
        List<String> lines = new ArrayList<>();
        for (int death = 0; death < 2; death++) {
            StepNotes dies = new StepNotes(new Listed(lines), () -> HandEngine.NOW, () -> 0);
            dies.begin(STEP);
            dies.begin(other);
        }
        engine.notes = new StepNotes(new Listed(lines), () -> HandEngine.NOW, () -> 0);
        engine.notes.begin(other);
        return other;
    }

    private static boolean waits(CountDownLatch latch) {
        try {
            return latch.await(50, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private record Listed(List<String> lines) implements StepNotes.Notebook {
        @Override
        public List<String> read() {
            return List.copyOf(lines);
        }

        @Override
        public void rewrite(List<String> all) {
            lines.clear();
            lines.addAll(all);
        }

        @Override
        public void append(String line) {
            lines.add(line);
        }

        @Override
        public void close() {}
    }
}
