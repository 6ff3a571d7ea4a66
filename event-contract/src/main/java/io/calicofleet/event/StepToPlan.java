package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A step of an upgrade whose writes are to be worked out.
 *
 * @param kind what it does
 * @param gates what it would be judged by
 * @param parameters what it would be asked with
 */
public record StepToPlan(StepKind kind, List<GateKind> gates, StepParameters parameters) {

    public StepToPlan {
        requireNonNull(kind, "kind");
        requireNonNull(parameters, "parameters");
        gates = Copies.list(gates);
    }
}
