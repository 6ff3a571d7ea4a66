package io.calicofleet.verifier.core.verification;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.ContinuityFact;
import io.calicofleet.event.ContinuityObservation;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.StepId;
import io.calicofleet.event.TraceContext;
import io.calicofleet.verifier.core.gate.ObservationHistory;
import io.calicofleet.verifier.core.traffic.ProberTraffic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the newest step of a cluster: open until it has a verdict. A cluster has one, for a step follows the
 * one before; so the state does not grow with time.
 *
 * @param step the step
 * @param requestedAt when it was asked for; for people
 * @param gates what it must pass; empty: nothing to judge
 * @param target the release it leads to; null where it leads to none
 * @param trace the trace context of the request
 * @param epoch the grant of the cluster under which it was asked for; 0: none
 * @param sequence its place among all that was asked for of the cluster under that grant; 0: it has none
 * @param limit how long it may be open; at most {@link #LONGEST}, which is also where none was asked for
 * @param waited how long it was open while a verifier ran
 * @param history the observations, folded; dropped with the verdict
 * @param verdict the verdict; null while it is open
 */
public record Verification(
        StepId step,
        Instant requestedAt,
        List<GateRequirement> gates,
        @Nullable CalicoVersion target,
        @Nullable TraceContext trace,
        long epoch,
        long sequence,
        Duration limit,
        Duration waited,
        ObservationHistory history,
        @Nullable Verdict verdict) {

    /** Nobody waits for a step any longer; so what was asked for in vain is forgotten in the end, too. */
    public static final Duration LONGEST = Duration.ofDays(365);

    public Verification {
        requireNonNull(step, "step");
        requireNonNull(requestedAt, "requestedAt");
        gates = List.copyOf(gates);
        limit = limit == null || limit.compareTo(LONGEST) > 0 ? LONGEST : limit.isNegative() ? Duration.ZERO : limit;
        // What an older verifier has stored has neither.
        waited = waited == null ? Duration.ZERO : waited;
        history = history == null ? ObservationHistory.NONE : history;
    }

    /** What the prober sends that is there by this observation, made {@code at}, on the hosts; empty where none is. */
    public Optional<ProberTraffic> prober(ClusterObservation observation, Instant at) {
        ContinuityObservation measured = observation.continuity();
        boolean onHosts = measured != null && measured.kinds().stream().anyMatch(ContinuityFact::isOfHost);
        return gates.stream()
                .filter(gate -> onHosts)
                .flatMap(gate -> Stream.ofNullable(gate.continuity()))
                .map(spec -> new ProberTraffic(spec.port(), at))
                .findFirst();
    }

    /** Whether there is something to judge, and no verdict yet. */
    public boolean isOpen() {
        return verdict == null && !gates.isEmpty();
    }

    /** With {@code more} of the verifier's own time. */
    public Verification waited(Duration more) {
        return new Verification(
                step, requestedAt, gates, target, trace, epoch, sequence, limit, waited.plus(more), history, verdict);
    }

    /** How much longer it may be open. */
    public Duration left() {
        return limit.minus(waited);
    }

    Verification with(ObservationHistory seen) {
        return new Verification(step, requestedAt, gates, target, trace, epoch, sequence, limit, waited, seen, verdict);
    }

    /** Closed. What was seen is in the verdict's evidence; only the number of the last word stays, to tell duplicates. */
    Verification closed(Verdict with) {
        return new Verification(
                step, requestedAt, gates, target, trace, epoch, sequence, limit, waited, history.closed(), with);
    }
}
