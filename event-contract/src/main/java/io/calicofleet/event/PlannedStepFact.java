package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step of a plan.
 *
 * @param kind what it does
 * @param gates what it will be judged by
 * @param writes how many objects it writes; null where that is known only when it runs
 */
public record PlannedStepFact(
        StepKind kind, List<GateKind> gates, @Nullable Integer writes) {

    public PlannedStepFact {
        requireNonNull(kind, "kind");
        gates = Copies.list(gates);
    }
}
