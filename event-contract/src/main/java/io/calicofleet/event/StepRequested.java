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
 * @param approvals the approvals it needs, with all that it takes to check them; null: it needs none
 */
public record StepRequested(
        StepId step,
        List<GateRequirement> gates,
        StepParameters parameters,
        String summary,
        @Nullable Duration limit,
        @Nullable Instant expires,
        @Nullable StepApprovals approvals)
        implements FleetEvent {

    public StepRequested {
        requireNonNull(step, "step");
        requireNonNull(parameters, "parameters");
        requireNonNull(summary, "summary");
        gates = Copies.list(gates);
        Durations.boundedIfThere(limit, "limit");
    }

    /** One that needs no approval. */
    public StepRequested(
            StepId step,
            List<GateRequirement> gates,
            StepParameters parameters,
            String summary,
            @Nullable Duration limit,
            @Nullable Instant expires) {
        this(step, gates, parameters, summary, limit, expires, null);
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
