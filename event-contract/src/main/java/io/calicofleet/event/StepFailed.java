package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A step could not do what it does.
 *
 * @param step the step it is about
 * @param reason why
 * @param message what happened and what would be right
 * @param evidence what was seen, a line each
 * @param summary one sentence for people
 */
public record StepFailed(StepId step, FailureReason reason, String message, List<String> evidence, String summary)
        implements StepProgress {

    public StepFailed {
        requireNonNull(step, "step");
        requireNonNull(reason, "reason");
        message = Lines.shortened(requireNonNull(message, "message"));
        summary = Lines.shortened(requireNonNull(summary, "summary"));
        evidence = Lines.few(evidence);
    }

    @Override
    public EventType type() {
        return EventType.STEP_FAILED;
    }
}
