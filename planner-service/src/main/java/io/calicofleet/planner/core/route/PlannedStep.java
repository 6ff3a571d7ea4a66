package io.calicofleet.planner.core.route;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import java.util.List;

/**
 * A step still to be asked for.
 *
 * @param kind what it does
 * @param gates what it must pass before the next one; none: its success is enough
 * @param parameters what it needs to know
 * @param times how many times in a row it is done, 1 or more; more than 1 only in drills
 */
public record PlannedStep(StepKind kind, List<GateRequirement> gates, StepParameters parameters, int times) {

    public PlannedStep {
        requireNonNull(kind, "kind");
        requireNonNull(parameters, "parameters");
        gates = List.copyOf(gates);
        if (times < 1) {
            throw new IllegalArgumentException("times must be 1 or more, not " + times);
        }
    }

    /** A step done once. */
    public static PlannedStep once(StepKind kind, StepParameters parameters, GateRequirement... gates) {
        return new PlannedStep(kind, List.of(gates), parameters, 1);
    }

    /** One sentence for people: what it does. */
    public String sentence() {
        return parameters.byOthers()
                ? "Waits until others have brought the release, and writes nothing of it."
                : kind.sentence();
    }

    /** The same with other parameters. */
    public PlannedStep with(StepParameters other) {
        return new PlannedStep(kind, gates, other, times);
    }

    /** The same, one time less. */
    public PlannedStep onceLess() {
        return new PlannedStep(kind, gates, parameters, times - 1);
    }
}
