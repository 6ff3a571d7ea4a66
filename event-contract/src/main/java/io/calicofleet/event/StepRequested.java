package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The planner asks for a step.
 *
 * @param step the step it is about
 * @param gates the gates it must pass before the next one; none: its success is enough
 * @param parameters what it needs to know
 * @param summary one sentence for people
 */
public record StepRequested(StepId step, List<GateRequirement> gates, StepParameters parameters, String summary)
        implements FleetEvent {

    public StepRequested {
        requireNonNull(step, "step");
        requireNonNull(parameters, "parameters");
        requireNonNull(summary, "summary");
        gates = Copies.list(gates);
    }

    @Override
    public EventType type() {
        return EventType.STEP_REQUESTED;
    }
}
