package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step could not do what it does.
 *
 * @param step the step it is about
 * @param reason why
 * @param message what happened and what would be right
 * @param evidence what was seen, a line each
 * @param summary one sentence for people
 * @param clock what the clock of the executor showed where the step had expired; null: it had not
 */
public record StepFailed(
        StepId step,
        FailureReason reason,
        String message,
        List<String> evidence,
        String summary,
        @Nullable Instant clock)
        implements StepProgress {

    public StepFailed {
        requireNonNull(step, "step");
        requireNonNull(reason, "reason");
        message = Lines.shortened(requireNonNull(message, "message"));
        summary = Lines.shortened(requireNonNull(summary, "summary"));
        evidence = Lines.few(evidence);
    }

    /** One that had not expired. */
    public StepFailed(StepId step, FailureReason reason, String message, List<String> evidence, String summary) {
        this(step, reason, message, evidence, summary, null);
    }

    @Override
    public EventType type() {
        return EventType.STEP_FAILED;
    }
}
