package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A step goes on; also after its success, while its gates are open.
 *
 * @param step the step it is about
 * @param done so many
 * @param total of so many
 * @param unit of what: nodes, objects
 * @param summary one sentence for people
 * @param waitsFor what it waits for at present, in the words of who keeps it waiting; null where it goes on
 */
public record StepProgressed(
        StepId step,
        int done,
        int total,
        String unit,
        String summary,
        @Nullable String waitsFor) implements StepProgress {

    public StepProgressed {
        requireNonNull(step, "step");
        requireNonNull(unit, "unit");
        summary = Lines.shortened(requireNonNull(summary, "summary"));
        waitsFor = waitsFor == null ? null : Lines.shortened(waitsFor);
    }

    /** One that goes on. */
    public StepProgressed(StepId step, int done, int total, String unit, String summary) {
        this(step, done, total, unit, summary, null);
    }

    @Override
    public EventType type() {
        return EventType.STEP_PROGRESSED;
    }
}
