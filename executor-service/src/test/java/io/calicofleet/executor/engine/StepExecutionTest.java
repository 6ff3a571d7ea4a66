package io.calicofleet.executor.engine;

import static io.calicofleet.executor.engine.HandEngine.asked;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ErrorCategory;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.NeededApproval;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.StepApprovals;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.WaveName;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.Intents;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The half of a step that changes the cluster: its journal, what it records, and what is made of what it meets. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StepExecutionTest extends StepScene {

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
    void a_step_that_comes_after_its_time_is_not_begun_and_says_what_time_it_is() throws Exception {
        run(asked(STEP.toString(), engine.clock.minusMillis(1)));
        assertThat(failed().reason()).isEqualTo(FailureReason.EXPIRED);
        assertThat(failed().clock()).isEqualTo(engine.clock);
        assertThat(failed().message())
                .isEqualTo("It could be begun until 2026-11-28T09:59:59.999Z; here it is 2026-11-28T10:00:00Z.");
        assertThat(engine.happened).containsExactly("acquire for e1/r1 as c01", "release");
        assertThat(engine.journal.find(STEP)).isEmpty();
        assertThat(engine.api.writes).isEmpty();
    }

    @Test
    void a_step_that_is_meant_for_another_cluster_is_refused_before_anything_is_written() throws Exception {
        StepRequested meant =
                new StepRequested(STEP, List.of(), StepParameters.NONE.withUid("another"), "please", null, null);
        run(meant);
        assertThat(failed().reason()).isEqualTo(FailureReason.OTHER_CLUSTER);
        assertThat(failed().message()).startsWith("It is for the cluster whose kube-system has the UID another;");
        assertThat(engine.happened).containsExactly("acquire for e1/r1 as c01", "release");
        assertThat(engine.journal.find(STEP)).isEmpty();
        // One that only reads tells nothing of the wrong cluster either.
        StepExecutionTest reads = new StepExecutionTest();
        reads.engine.writes = false;
        reads.run(meant);
        assertThat(reads.failed().reason()).isEqualTo(FailureReason.OTHER_CLUSTER);
    }

    @Test
    void a_step_without_its_approvals_is_not_begun_and_one_that_was_begun_is_finished() throws Exception {
        StepRequested lacking = new StepRequested(
                STEP,
                List.of(),
                StepParameters.NONE,
                "please",
                null,
                null,
                new StepApprovals(
                        WaveName.of("rest"),
                        HandEngine.NOW,
                        Procedure.UPGRADE,
                        null,
                        "",
                        List.of(),
                        List.of(new NeededApproval("before rest", null, null, null, List.of())),
                        null));
        run(lacking);
        assertThat(failed().reason()).isEqualTo(FailureReason.NOT_APPROVED);
        assertThat(failed().message()).startsWith("It needs 1 approval of 'before rest'");
        assertThat(engine.journal.find(STEP)).isEmpty();
        // When it was begun, by an executor that knew of its approvals
        StepExecutionTest begun = new StepExecutionTest();
        begun.engine.journal.started(STEP, 0, 0);
        begun.run(lacking);
        assertThat(begun.outcome()).isInstanceOf(StepSucceeded.class);
    }

    @Test
    void a_step_that_was_begun_in_time_is_finished_whenever_that_is() throws Exception {
        engine.journal.started(STEP, 0, 0);
        run(asked(STEP.toString(), engine.clock.minus(Duration.ofDays(3))));
        assertThat(outcome()).isInstanceOf(StepSucceeded.class);
    }

    @Test
    void a_step_is_begun_in_the_last_moment_of_its_time() throws Exception {
        run(asked(STEP.toString(), engine.clock));
        assertThat(outcome()).isInstanceOf(StepSucceeded.class);
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
    void one_that_only_reads_waits_until_no_other_writes_and_sees_what_that_one_left() throws Exception {
        engine.writes = false;
        engine.leaseWait = Duration.ofMinutes(1);
        AtomicInteger asked = new AtomicInteger();
        engine.other = () -> asked.incrementAndGet() < 3 ? Optional.of("e2/r9 as c01") : Optional.empty();
        run();
        assertThat(asked.get()).isEqualTo(3);
        assertThat(outcome()).isInstanceOf(StepSucceeded.class);
        assertThat(engine.happened).as("it takes no lease").containsExactly("run u1/c01/upgrade/1");
        assertThat(engine.outbox.events().stream()
                        .filter(StepProgressed.class::isInstance)
                        .map(event -> String.valueOf(((StepProgressed) event).waitsFor())))
                .anyMatch(why -> why.startsWith("e2/r9 as c01 holds the lease"));
    }

    @Test
    void one_that_only_reads_says_who_goes_on_writing_for_too_long() throws Exception {
        engine.writes = false;
        engine.other = () -> Optional.of("e2/r9 as c01");
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.LEASE_HELD);
        assertThat(failed().message()).startsWith("e2/r9 as c01 holds the lease");
        assertThat(engine.happened).isEmpty();
    }

    @Test
    void one_that_only_reads_is_not_kept_where_the_lease_cannot_be_read() throws Exception {
        engine.writes = false;
        engine.other = () -> {
            throw new ClusterException(Problem.FORBIDDEN, "leases is forbidden", null);
        };
        run();
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
        engine.journal.started(STEP, 0, 0);
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
    void a_journal_that_cannot_be_read_fails_the_step_and_one_that_cannot_be_written_in_the_end_does_not()
            throws Exception {
        engine.usedJournal = new FailingJournal(true);
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.FORBIDDEN);
        assertThat(engine.happened).containsExactly("acquire for e1/r1 as c01", "release");
        // When
        StepExecutionTest second = new StepExecutionTest();
        second.engine.usedJournal = second.new FailingJournal(false);
        second.run();
        // Then
        assertThat(second.outcome()).isInstanceOf(StepSucceeded.class);
    }

    @Test
    void where_a_step_may_do_nothing_any_more_its_reads_wait_for_the_rights_to_come_back() throws Exception {
        assertThat(readForbiddenTwice(true, Problem.FORBIDDEN)).isInstanceOf(StepSucceeded.class);
        assertThat(waited()).containsExactly("User \"x\" cannot get", "");
        assertThat(engine.counts.retried).isEqualTo(1);
    }

    @Test
    void a_read_that_is_forbidden_while_the_journal_may_be_read_is_believed() throws Exception {
        assertThat(readForbiddenTwice(true, null)).isInstanceOf(StepFailed.class);
        assertThat(engine.counts.retried).isZero();
        assertThat(new StepExecutionTest().readForbiddenTwice(true, Problem.UNEXPECTED))
                .as("it does not say that it may not")
                .isInstanceOf(StepFailed.class);
        assertThat(new StepExecutionTest().readForbiddenTwice(false, Problem.FORBIDDEN))
                .as("an inspection says what it may not do")
                .isInstanceOf(StepFailed.class);
    }

    @Test
    void an_inspection_that_may_not_even_ask_for_the_version_waits_for_its_rights() throws Exception {
        for (Problem problem : Problem.values()) {
            StepExecutionTest fresh = new StepExecutionTest();
            assertThat(fresh.inspectedWhere(problem))
                    .as("the version is answered with %s", problem)
                    .isInstanceOf(problem == Problem.FORBIDDEN ? StepSucceeded.class : StepFailed.class);
        }
    }

    /** What becomes of an inspection of which one read is forbidden, asked again too, and its version answered so. */
    private StepProgress inspectedWhere(Problem versionSays) throws Exception {
        List<String> refused = new ArrayList<>();
        engine.writes = false;
        engine.patience = Duration.ofHours(1);
        engine.around = api -> new ForwardingCluster(api) {
            @Override
            protected <T> T read(String what, Supplier<T> call) {
                if (what.equals("Service x/y") && refused.size() < 2) {
                    refused.add(what);
                    throw new ClusterException(Problem.FORBIDDEN, "User \"x\" cannot get", null);
                }
                if (what.equals("version")) {
                    throw new ClusterException(versionSays, "no", null);
                }
                return call.get();
            }
        };
        engine.handler = step -> {
            step.cluster().find(ResourceRef.of(object()));
            return new StepOutcome.Succeeded(null, List.of(), List.of(), "done");
        };
        run();
        return outcome();
    }

    private StepFailed failedBy(Supplier<? extends Throwable> fault) throws Exception {
        StepExecutionTest fresh = new StepExecutionTest();
        fresh.engine.handler = step -> {
            throw StepExecutionTest.<RuntimeException>sneaky(fault.get());
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

    /**
     * What becomes of a step of which one read is forbidden.
     *
     * @param journalSays with which refusal its journal answers then; null: it answers
     */
    private StepProgress readForbiddenTwice(boolean writes, @Nullable Problem journalSays) throws Exception {
        int[] left = {2}; // one to be believed, and one more
        engine.writes = writes;
        engine.patience = Duration.ofHours(1);
        engine.usedJournal = new FailingJournal(false) {
            @Override
            public Optional<Entry> find(StepId step) {
                if (engine.happened.contains("run u1/c01/upgrade/1") && journalSays != null) {
                    throw new ClusterException(journalSays, "no", null);
                }
                return super.find(step);
            }
        };
        engine.around = api -> new ForwardingCluster(api) {
            @Override
            protected <T> T read(String what, Supplier<T> call) {
                if (what.equals("Service x/y") && left[0]-- > 0) {
                    throw new ClusterException(Problem.FORBIDDEN, "User \"x\" cannot get", null);
                }
                return call.get();
            }
        };
        engine.handler = step -> {
            step.cluster().find(ResourceRef.of(object()));
            return new StepOutcome.Succeeded(null, List.of(), List.of(), "done");
        };
        run();
        return outcome();
    }

    private class FailingJournal implements Journal {

        private final boolean atOnce;

        FailingJournal(boolean atOnce) {
            this.atOnce = atOnce;
        }

        @Override
        public Optional<Entry> find(StepId step) {
            return engine.journal.find(step);
        }

        @Override
        public void started(StepId step, long epoch, long sequence) {
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
