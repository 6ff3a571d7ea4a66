package io.calicofleet.verifier.core.gate;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.verifier.core.traffic.PolicyReader;
import io.calicofleet.verifier.core.traffic.TrafficTally;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Everything a gate may look at.
 *
 * @param requestedAt when the step was asked for
 * @param target the release the step leads to; null where it leads to none
 * @param podsAsked whether the step has a pods gate, which others then follow
 * @param sightings the observations, folded
 * @param traffic the traffic of the cluster
 * @param policies reads the policies that were approved, and what is suggested
 */
public record Evidence(
        Instant requestedAt,
        @Nullable CalicoVersion target,
        boolean podsAsked,
        Sightings sightings,
        TrafficTally traffic,
        PolicyReader policies) {

    public Evidence {
        requireNonNull(requestedAt, "requestedAt");
        requireNonNull(sightings, "sightings");
        requireNonNull(traffic, "traffic");
        requireNonNull(policies, "policies");
    }

    /** How much was heard of the step, for people. */
    String heard() {
        return sightings.checks() == 0
                ? "no observation arrived"
                : Basics.count(sightings.checks(), "observation") + ", the last one of " + sightings.lastAt();
    }
}
