package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step has done what it does; its gates may still be open.
 *
 * @param step the step it is about
 * @param facts what was found; only an inspection has it
 * @param changes what it changed, an object each; empty where everything was so already
 * @param notes what a person should know
 * @param policyCheck what the guard says of the policy the step was asked about; only a review of traffic has it
 * @param plan what an upgrade would write, in numbers; only a plan has it
 * @param summary one sentence for people
 */
public record StepSucceeded(
        StepId step,
        @Nullable ClusterFacts facts,
        List<String> changes,
        List<String> notes,
        @Nullable PolicyCheck policyCheck,
        @Nullable ClusterPlan plan,
        String summary)
        implements StepProgress {

    public StepSucceeded {
        requireNonNull(step, "step");
        summary = Lines.shortened(requireNonNull(summary, "summary"));
        changes = Lines.few(changes);
        notes = Lines.few(notes);
    }

    /** One that was asked about no policy. */
    public StepSucceeded(
            StepId step, @Nullable ClusterFacts facts, List<String> changes, List<String> notes, String summary) {
        this(step, facts, changes, notes, null, null, summary);
    }

    @Override
    public EventType type() {
        return EventType.STEP_SUCCEEDED;
    }
}
