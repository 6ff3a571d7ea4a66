package io.calicofleet.executor.engine;

import static io.calicofleet.executor.engine.HandEngine.asked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ErrorCategory;
import io.calicofleet.event.Event;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.FenceException;
import io.calicofleet.executor.port.Intents;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.kafka.Received;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** From a delivery to its acknowledgement, with all that can be thrown in between. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StepRunnerTest {

    private static final StepId STEP = StepId.parse("u1/c01/upgrade/1");

    private final HandEngine engine = new HandEngine();
    private final StepSignals signals = new StepSignals();
    private final HandDelivery delivery = HandDelivery.of(asked("u1/c01/upgrade/1"), 7);

    @Test
    void a_step_takes_the_lease_notes_itself_runs_notes_its_outcome_and_releases() throws Exception {
        run();
        assertThat(outcome()).isInstanceOf(StepSucceeded.class);
        assertThat(engine.happened).containsExactly("acquire for e1/r1 as c01", "run u1/c01/upgrade/1", "release");
        assertThat(engine.journal.find(STEP).orElseThrow().outcome()).isEqualTo(outcome());
        assertThat(delivery.acknowledged()).isTrue();
        assertThat(engine.counts.acted).containsExactly("upgrade succeeded null");
        assertThat(engine.counts.started).isEqualTo(1);
        assertThat(engine.counts.ended).isEqualTo(1);
    }

    @Test
    void one_that_only_reads_takes_no_lease_and_keeps_no_journal() throws Exception {
        engine.writes = false;
        run();
        assertThat(engine.happened).containsExactly("run u1/c01/upgrade/1");
        assertThat(engine.journal.find(STEP)).isEmpty();
        assertThat(outcome()).isInstanceOf(StepSucceeded.class);
    }

    @Test
    void one_that_says_that_it_only_reads_and_writes_is_a_bug() throws Exception {
        engine.writes = false;
        engine.handler = step -> {
            step.cluster().create(object());
            return new StepOutcome.Succeeded(null, List.of(), List.of(), "done");
        };
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.BUG);
        assertThat(engine.api.writes).isEmpty();
    }

    @Test
    void a_step_with_a_recorded_outcome_is_answered_with_it_and_not_run_again() throws Exception {
        StepHeld before = new StepHeld(STEP, HoldReason.BASE_UNKNOWN, List.of(), List.of(), "c01: why");
        engine.journal.started(STEP, 0);
        engine.journal.done(STEP, before);
        run();
        assertThat(outcome()).isEqualTo(before);
        assertThat(engine.happened).containsExactly("acquire for e1/r1 as c01", "release");
        assertThat(delivery.acknowledged()).isTrue();
        assertThat(engine.counts.acted).containsExactly("upgrade held null");
    }

    @Test
    void every_refusal_of_a_cluster_is_the_failure_of_its_reason_with_its_words_and_its_cause() throws Exception {
        for (Problem problem : Problem.values()) {
            StepFailed failed = failedBy(() -> new ClusterException(problem, "its words", new Exception("behind it")));
            assertThat(failed.reason()).isEqualTo(problem.reason());
            assertThat(failed.message()).isEqualTo("its words");
            assertThat(failed.evidence()).containsExactly("java.lang.Exception: behind it");
        }
        assertThat(failedBy(() -> new ClusterException(Problem.INVALID, "its words", null))
                        .evidence())
                .isEmpty();
    }

    @Test
    void a_release_that_cannot_be_had_is_that_failure() throws Exception {
        StepFailed failed = failedBy(() -> new ReleaseException(FailureReason.CHART_UNAVAILABLE, "no chart", null));
        assertThat(failed.reason()).isEqualTo(FailureReason.CHART_UNAVAILABLE);
        assertThat(failed.message()).isEqualTo("no chart");
    }

    @Test
    void whatever_else_is_thrown_is_a_bug_of_that_step_and_its_outcome_is_remembered() throws Exception {
        for (Supplier<Throwable> fault : List.<Supplier<Throwable>>of(
                () -> new IllegalStateException("of ours"),
                StackOverflowError::new,
                () -> new OutOfMemoryError("Java heap space"),
                () -> new NoClassDefFoundError("x/Y"),
                () -> new AssertionError("never"))) {
            StepFailed failed = failedBy(fault);
            assertThat(failed.reason()).isEqualTo(FailureReason.BUG);
            assertThat(failed.reason().category()).isEqualTo(ErrorCategory.BUG);
            assertThat(failed.message()).isEqualTo(fault.get().toString());
            assertThat(engine.journal.find(STEP).orElseThrow().outcome()).isEqualTo(failed);
            assertThat(engine.happened.getLast()).isEqualTo("release");
        }
    }

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
    void who_has_the_lease_for_too_long_is_named_and_nothing_is_run() throws Exception {
        engine.acquire = () -> Optional.of("e2/r9");
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.LEASE_HELD);
        assertThat(failed().message()).startsWith("e2/r9 holds the lease kube-system/calico-fleet");
        assertThat(engine.happened).containsExactly("acquire for e1/r1 as c01", "release");
        assertThat(engine.journal.find(STEP)).isEmpty();
    }

    @Test
    void a_lease_that_was_lost_stops_before_the_next_write_and_fails_as_that() throws Exception {
        engine.backups = recording();
        engine.handler = step -> {
            step.cluster().create(object());
            engine.checkLease = () -> {
                throw new FenceException(FenceException.Why.LEASE_LOST, "it went to e2");
            };
            step.cluster().delete(object());
            throw new AssertionError("it went on");
        };
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.LEASE_LOST);
        assertThat(failed().message()).isEqualTo("it went to e2");
        assertThat(engine.api.writes).hasSize(1);
        assertThat(engine.journal.find(STEP).orElseThrow().outcome())
                .as("whoever has the lease goes on with it")
                .isNull();
        assertThat(engine.happened)
                .containsSubsequence(
                        "acquire for e1/r1 as c01",
                        "run u1/c01/upgrade/1",
                        "record Service x/y",
                        "check the lease",
                        "record Service x/y",
                        "check the lease",
                        "release");
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
    void a_claim_that_was_lost_fails_as_that_and_runs_nothing() throws Exception {
        engine.journal.started(StepId.parse("u2/c01/inspect/1"), 5);
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.CLAIM_LOST);
        assertThat(engine.happened).containsExactly("acquire for e1/r1 as c01", "release");
    }

    @Test
    void a_journal_that_cannot_be_read_fails_the_step_and_one_that_cannot_be_written_in_the_end_does_not()
            throws Exception {
        engine.usedJournal = new FailingJournal(true);
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.FORBIDDEN);
        assertThat(engine.happened).containsExactly("acquire for e1/r1 as c01", "release");
        // When
        StepRunnerTest second = new StepRunnerTest();
        second.engine.usedJournal = second.new FailingJournal(false);
        second.run();
        // Then
        assertThat(second.outcome()).isInstanceOf(StepSucceeded.class);
    }

    @Test
    void a_kubeconfig_that_leads_to_another_cluster_meanwhile_writes_nothing_there() throws Exception {
        String[] uid = {"one"};
        engine.backups = recording();
        engine.around = api -> new ForwardingUid(api, () -> uid[0]);
        engine.handler = step -> {
            step.cluster().create(object());
            uid[0] = "two";
            step.cluster().replace(object());
            throw new AssertionError("it went on");
        };
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.UNEXPECTED_STATE);
        assertThat(failed().message()).contains("leads to another cluster", "UID two", "began on has one");
        assertThat(engine.api.writes).hasSize(1);
    }

    @Test
    void a_cluster_that_is_served_under_another_id_too_is_not_touched_and_the_person_is_told_which() throws Exception {
        engine.twin = Optional.of(ClusterId.of("c02"));
        engine.around = api -> new ForwardingUid(api, () -> "u-1");
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.KUBECONFIG_UNUSABLE);
        assertThat(failed().message())
                .startsWith("The kubeconfigs of c01 and c02 lead to the same cluster: the UID of its kube-system is u-1.");
        assertThat(engine.happened).containsExactly("acquire for e1/r1 as c01", "release");
        assertThat(engine.journal.find(STEP)).isEmpty();
        assertThat(engine.api.writes).isEmpty();
    }

    @Test
    void nothing_is_found_out_of_a_cluster_that_is_served_under_another_id_too() throws Exception {
        engine.twin = Optional.of(ClusterId.of("c02"));
        engine.writes = false;
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.KUBECONFIG_UNUSABLE);
        assertThat(failed().message()).contains("It is served as c02.");
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
        run();
        assertThat(outcome()).isInstanceOf(StepSucceeded.class);
        assertThat(asked[0]).isEqualTo(3);
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
        engine.journal.started(StepId.parse("u9/c01/upgrade/1"), 9);
        engine.acquire = () -> {
            signals.handBack();
            return Optional.of("e2/r1");
        };
        run();
        assertThat(lines).containsExactly("began u1/c01/upgrade/1", "left u1/c01/upgrade/1");
    }

    private void run() throws InterruptedException {
        engine.runner().run(delivery, signals);
    }

    private StepFailed failedBy(Supplier<? extends Throwable> fault) throws Exception {
        StepRunnerTest fresh = new StepRunnerTest();
        fresh.engine.handler = step -> {
            throw StepRunnerTest.<RuntimeException>sneaky(fault.get());
        };
        fresh.run();
        assertThat(fresh.delivery.acknowledged()).isTrue();
        engine.happened.addAll(fresh.engine.happened);
        fresh.engine
                .journal
                .find(STEP)
                .map(Journal.Entry::outcome)
                .ifPresent(outcome -> engine.journal.done(STEP, outcome));
        return fresh.failed();
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T sneaky(Throwable fault) throws T {
        throw (T) fault;
    }

    private StepProgress outcome() {
        return engine.outbox.outcomes(STEP).getLast();
    }

    private StepFailed failed() {
        return (StepFailed) outcome();
    }

    private StepBackups recording() {
        return (StepBackups) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {StepBackups.class}, (proxy, method, arguments) -> {
                    engine.happened.add(method.getName() + " " + ((ResourceRef) arguments[1]).object());
                    return null;
                });
    }

    private static ObjectNode object() {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", "v1").put("kind", "Service");
        object.putObject("metadata").put("namespace", "x").put("name", "y");
        return object;
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

    private static final class ForwardingUid extends ForwardingCluster {

        private final Supplier<String> uid;

        ForwardingUid(ClusterApi api, Supplier<String> uid) {
            super(api);
            this.uid = uid;
        }

        @Override
        @SuppressWarnings("unchecked")
        protected <T> T read(String what, Supplier<T> call) {
            return what.equals("kube-system") ? (T) uid.get() : call.get();
        }

        @Override
        protected <T> T write(ObjectNode object, Supplier<T> call) {
            return call.get();
        }
    }

    private final class FailingJournal implements Journal {

        private final boolean atOnce;

        FailingJournal(boolean atOnce) {
            this.atOnce = atOnce;
        }

        @Override
        public Optional<Entry> find(StepId step) {
            return engine.journal.find(step);
        }

        @Override
        public void started(StepId step, long epoch) {
            if (atOnce) {
                throw new ClusterException(Problem.FORBIDDEN, "no", null);
            }
        }

        @Override
        public void done(StepId step, StepProgress outcome) {
            throw new ClusterException(Problem.FORBIDDEN, "no", null);
        }

        @Override
        public Intents intents(StepId step) {
            return engine.journal.intents(step);
        }
    }
}
