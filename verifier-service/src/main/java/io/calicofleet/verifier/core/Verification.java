package io.calicofleet.verifier.core;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.StepId;
import io.calicofleet.verifier.core.gate.Sightings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the newest step of a cluster: open until it has a verdict. A cluster has one, for a step follows the
 * one before; so the state does not grow with time.
 *
 * @param step the step
 * @param requestedAt when it was asked for
 * @param gates what it must pass; empty: nothing to judge
 * @param target the release it leads to; null where it leads to none
 * @param traceparent the trace context of the request
 * @param sightings the observations, folded; dropped with the verdict
 * @param verdict the verdict; null while it is open
 */
public record Verification(
        StepId step,
        Instant requestedAt,
        List<GateRequirement> gates,
        @Nullable CalicoVersion target,
        @Nullable String traceparent,
        Sightings sightings,
        @Nullable Verdict verdict) {

    public Verification {
        requireNonNull(step, "step");
        requireNonNull(requestedAt, "requestedAt");
        requireNonNull(sightings, "sightings");
        gates = List.copyOf(gates);
    }

    Verification with(Sightings seen) {
        return new Verification(step, requestedAt, gates, target, traceparent, seen, verdict);
    }

    /** Closed. What was seen is in the verdict's evidence; only the number of the last check stays, to tell duplicates. */
    Verification closed(Verdict with) {
        Sightings last = new Sightings(
                sightings.checks(),
                sightings.run(),
                sightings.sequence(),
                sightings.acted(),
                null,
                sightings.lastAt(),
                null,
                Map.of(),
                null,
                null,
                0,
                Set.of(),
                null,
                0);
        return new Verification(step, requestedAt, gates, target, traceparent, last, with);
    }
}
