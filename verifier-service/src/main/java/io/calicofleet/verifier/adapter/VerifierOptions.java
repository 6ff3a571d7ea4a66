package io.calicofleet.verifier.adapter;

import static java.util.Objects.requireNonNull;

import io.calicofleet.verifier.core.traffic.TrafficLimits;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What the topology can be told.
 *
 * @param tick how often limits are looked at
 * @param startGrace how long after the start no limit is judged, so that what arrived meanwhile is read first
 * @param forgetAfter how long a verdict is remembered when nothing more comes of its cluster
 * @param logPrefix the prefix of the lines of the Log action
 * @param limits how much traffic is kept apart
 * @param partitions the number of partitions of the topics
 * @param steady a clock that nobody sets: what was observed is measured by it, see {@link SteadyClock}
 */
public record VerifierOptions(
        Duration tick,
        Duration startGrace,
        Duration forgetAfter,
        String logPrefix,
        TrafficLimits limits,
        int partitions,
        InstantSource steady) {

    public VerifierOptions {
        requireNonNull(tick, "tick");
        requireNonNull(startGrace, "startGrace");
        requireNonNull(forgetAfter, "forgetAfter");
        requireNonNull(logPrefix, "logPrefix");
        requireNonNull(limits, "limits");
        requireNonNull(steady, "steady");
    }
}
