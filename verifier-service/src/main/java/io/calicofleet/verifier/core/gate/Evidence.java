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
 * @param requestedAt when the step was asked for; for people
 * @param target the release the step leads to; null where it leads to none
 * @param history the observations, folded
 * @param traffic the traffic of the cluster
 * @param policies reads the policies that were approved, and what is suggested
 */
public record Evidence(
        Instant requestedAt,
        @Nullable CalicoVersion target,
        ObservationHistory history,
        TrafficTally traffic,
        PolicyReader policies) {

    public Evidence {
        requireNonNull(requestedAt, "requestedAt");
        requireNonNull(history, "history");
        requireNonNull(traffic, "traffic");
        requireNonNull(policies, "policies");
    }
}
