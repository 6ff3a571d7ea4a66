package io.calicofleet.executor.port;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterPlan;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.PolicyCheck;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepSucceeded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What came of a step. An expected failure is a value; a bug is an exception. */
public sealed interface StepOutcome permits StepOutcome.Failed, StepOutcome.Held, StepOutcome.Succeeded {

    /** The event that tells it. */
    StepProgress toEvent(StepId step);

    /** For logs and metrics: succeeded, held or failed. */
    String label();

    /**
     * The step did what it does.
     *
     * @param facts what was found; only an inspection has it
     * @param changes what it changed, an object each; empty where everything was so already
     * @param notes what a person should know
     * @param policyCheck what the guard says of the policy it was asked about; null where it was not
     * @param plan what an upgrade would write, in numbers; null where it was not asked
     * @param summary one sentence, to go behind the name of the cluster
     */
    record Succeeded(
            @Nullable ClusterFacts facts,
            List<String> changes,
            List<String> notes,
            @Nullable PolicyCheck policyCheck,
            @Nullable ClusterPlan plan,
            String summary)
            implements StepOutcome {

        public Succeeded {
            requireNonNull(summary, "summary");
            changes = List.copyOf(changes);
            notes = List.copyOf(notes);
        }

        /** One that was asked about no policy. */
        public Succeeded(@Nullable ClusterFacts facts, List<String> changes, List<String> notes, String summary) {
            this(facts, changes, notes, null, null, summary);
        }

        @Override
        public StepProgress toEvent(StepId step) {
            return new StepSucceeded(step, facts, changes, notes, policyCheck, plan, step.cluster() + ": " + summary);
        }

        @Override
        public String label() {
            return "succeeded";
        }
    }

    /**
     * The step stopped before its first write: a person decides. The sentence about it names the first fields.
     *
     * @param reason why
     * @param conflicts the fields to decide on
     * @param details what else to decide on, a line each
     * @param plan what would be written now, in numbers, where it is held for that; null: for something else
     */
    record Held(
            HoldReason reason,
            List<FieldConflict> conflicts,
            List<String> details,
            @Nullable ClusterPlan plan) implements StepOutcome {

        private static final int NAMED = 3;

        public Held {
            requireNonNull(reason, "reason");
            conflicts = List.copyOf(conflicts);
            details = List.copyOf(details);
        }

        /** Fields to decide on. */
        public Held(HoldReason reason, List<FieldConflict> conflicts) {
            this(reason, conflicts, List.of(), null);
        }

        /** One that no plan holds. */
        public Held(HoldReason reason, List<FieldConflict> conflicts, List<String> details) {
            this(reason, conflicts, details, null);
        }

        @Override
        public StepProgress toEvent(StepId step) {
            return new StepHeld(step, reason, conflicts, details, plan, step.cluster() + ": " + said());
        }

        private String said() {
            List<String> all = new ArrayList<>(conflicts.stream()
                    .map(conflict -> conflict.path() + " of " + conflict.object())
                    .toList());
            all.addAll(details);
            if (all.isEmpty()) {
                return reason.sentence();
            }
            String named = all.stream().limit(NAMED).collect(Collectors.joining(", "));
            String more = all.size() > NAMED ? " and " + (all.size() - NAMED) + " more" : "";
            return reason.sentence().replaceFirst("\\.$", ": ") + named + more + ".";
        }

        @Override
        public String label() {
            return "held";
        }
    }

    /**
     * The step could not do what it does.
     *
     * @param reason why
     * @param message what happened and what would be right
     * @param evidence what was seen, a line each
     * @param clock what our clock showed where the step had expired; null: it had not
     */
    record Failed(
            FailureReason reason,
            String message,
            List<String> evidence,
            @Nullable Instant clock) implements StepOutcome {

        public Failed {
            requireNonNull(reason, "reason");
            requireNonNull(message, "message");
            evidence = List.copyOf(evidence);
        }

        /** One of a step that had not expired. */
        public Failed(FailureReason reason, String message, List<String> evidence) {
            this(reason, message, evidence, null);
        }

        /** A failure whose message says it all. */
        public Failed(FailureReason reason, String message) {
            this(reason, message, List.of());
        }

        @Override
        public StepProgress toEvent(StepId step) {
            return new StepFailed(
                    step,
                    reason,
                    message,
                    evidence,
                    step.cluster() + ": " + step.kind() + " failed: " + message,
                    clock);
        }

        @Override
        public String label() {
            return "failed";
        }
    }
}
