package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * An executor has taken up a step. Not said of a step that is done within a moment: its outcome tells as much.
 *
 * @param step the step it is about
 * @param executor the executor
 * @param summary one sentence for people
 */
public record StepAccepted(StepId step, String executor, String summary) implements StepProgress {

    public StepAccepted {
        requireNonNull(step, "step");
        requireNonNull(executor, "executor");
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.STEP_ACCEPTED;
    }
}
