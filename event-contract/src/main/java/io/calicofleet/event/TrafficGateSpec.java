package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Settings of the review of the host endpoint traffic.
 *
 * @param mode whether the review has to be approved
 * @param observe how long to listen before the review is made
 * @param deadline how long after the observation to wait for nodes that were not heard from, while the cluster is seen
 */
public record TrafficGateSpec(TrafficMode mode, Duration observe, Duration deadline) {

    public TrafficGateSpec {
        requireNonNull(mode, "mode");
        Durations.bounded(observe, "observe");
        Durations.bounded(deadline, "deadline");
    }
}
