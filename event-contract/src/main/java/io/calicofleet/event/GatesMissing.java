package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What the gates of a step have not seen yet, said once they have waited for a while and again where that has changed, so
 * that nobody has to wait for the verdict to learn why there is none. It decides nothing.
 *
 * @param step the step it is about
 * @param missing what is missing, gate by gate; never empty
 * @param summary one sentence for people
 */
public record GatesMissing(StepId step, List<String> missing, String summary) implements FleetEvent {

    public GatesMissing {
        requireNonNull(step, "step");
        missing = Lines.few(missing);
        summary = Lines.shortened(requireNonNull(summary, "summary"));
    }

    @Override
    public EventType type() {
        return EventType.GATES_MISSING;
    }
}
