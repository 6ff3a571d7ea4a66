package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step stopped before its first write: a person has to decide.
 *
 * @param step the step it is about
 * @param reason why
 * @param conflicts the fields to decide on
 * @param details what else to decide on, such as policies, a line each
 * @param plan what would be written now, in numbers, where it is held for that; null: for something else
 * @param summary one sentence for people
 */
public record StepHeld(
        StepId step,
        HoldReason reason,
        List<FieldConflict> conflicts,
        List<String> details,
        @Nullable ClusterPlan plan,
        String summary)
        implements StepProgress {

    public StepHeld {
        requireNonNull(step, "step");
        requireNonNull(reason, "reason");
        summary = Lines.shortened(requireNonNull(summary, "summary"));
        conflicts = Copies.list(conflicts);
        details = Lines.few(details);
    }

    /** Fields to decide on, and nothing else. */
    public StepHeld(StepId step, HoldReason reason, List<FieldConflict> conflicts, String summary) {
        this(step, reason, conflicts, List.of(), null, summary);
    }

    /** One that no plan holds. */
    public StepHeld(
            StepId step, HoldReason reason, List<FieldConflict> conflicts, List<String> details, String summary) {
        this(step, reason, conflicts, details, null, summary);
    }

    @Override
    public EventType type() {
        return EventType.STEP_HELD;
    }
}
