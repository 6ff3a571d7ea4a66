package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The planner asks for a step.
 *
 * @param step the step it is about
 * @param gates the gates it must pass before the next one; none: its success is enough
 * @param parameters what it needs to know
 * @param summary one sentence for people
 * @param limit how long its gates may be open, whether the cluster is seen or not; then a person decides; null: for as long as it takes
 * @param expires until when it may be begun, by the clock of whoever begins it; what was begun is finished; null: at any time
 */
public record StepRequested(
        StepId step,
        List<GateRequirement> gates,
        StepParameters parameters,
        String summary,
        @Nullable Duration limit,
        @Nullable Instant expires)
        implements FleetEvent {

    public StepRequested {
        requireNonNull(step, "step");
        requireNonNull(parameters, "parameters");
        requireNonNull(summary, "summary");
        gates = Copies.list(gates);
        Durations.boundedIfThere(limit, "limit");
    }

    /** One without a limit, at any time. */
    public StepRequested(StepId step, List<GateRequirement> gates, StepParameters parameters, String summary) {
        this(step, gates, parameters, summary, null, null);
    }

    @Override
    public EventType type() {
        return EventType.STEP_REQUESTED;
    }
}
