package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step failed on a cluster. Failures with the same signature are on one partition, whatever campaign they are of, and are counted there: on enough
 * clusters, everything is stopped.
 *
 * @param step the step it is about
 * @param signature the same for what is the same failure on another cluster
 * @param reason why, as {@code failureReason} or {@code gateKind} encode it
 * @param what what was said of it, without what differs from cluster to cluster
 * @param at when
 * @param clusters on so many clusters, of all campaigns, it stops everything
 * @param within within this time
 * @param source the version the cluster had
 * @param target the release it goes to
 * @param begun how many clusters of the campaign have begun
 * @param next those that would start next in the campaign
 * @param summary one sentence for people
 */
public record FailureSeen(
        StepId step,
        String signature,
        String reason,
        String what,
        Instant at,
        int clusters,
        Duration within,
        @Nullable CalicoVersion source,
        @Nullable CalicoVersion target,
        int begun,
        List<ClusterId> next,
        String summary)
        implements FleetEvent {

    public FailureSeen {
        requireNonNull(step, "step");
        requireNonNull(signature, "signature");
        requireNonNull(reason, "reason");
        requireNonNull(what, "what");
        requireNonNull(at, "at");
        Durations.bounded(within, "within");
        summary = Lines.shortened(requireNonNull(summary, "summary"));
        next = Copies.list(next);
    }

    @Override
    public EventType type() {
        return EventType.FAILURE_SEEN;
    }
}
