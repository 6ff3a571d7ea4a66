package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A step goes on; also after its success, while its gates are open.
 *
 * @param step the step it is about
 * @param done so many
 * @param total of so many
 * @param unit of what: nodes, objects
 * @param summary one sentence for people
 */
public record StepProgressed(StepId step, int done, int total, String unit, String summary) implements StepProgress {

    public StepProgressed {
        requireNonNull(step, "step");
        requireNonNull(unit, "unit");
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.STEP_PROGRESSED;
    }
}
