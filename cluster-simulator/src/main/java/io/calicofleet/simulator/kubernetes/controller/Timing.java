package io.calicofleet.simulator.kubernetes.controller;

import java.time.Duration;

/**
 * How long things take in the simulated clusters.
 *
 * @param podStart from a pod on a node to all its containers being ready
 * @param podStop from a pod being deleted to it being gone
 * @param controller what a controller takes before it acts
 * @param configMapSync from a ConfigMap being changed to the pods that mount it seeing that
 */
public record Timing(Duration podStart, Duration podStop, Duration controller, Duration configMapSync) {

    /** As on a real, unhurried cluster, divided by a speed. */
    public static Timing ofSpeed(double speed) {
        return new Timing(scaled(4000, speed), scaled(1000, speed), scaled(50, speed), scaled(60_000, speed));
    }

    /** As fast as is useful in tests. */
    public static Timing quick() {
        return new Timing(Duration.ofMillis(10), Duration.ofMillis(5), Duration.ofMillis(1), Duration.ZERO);
    }

    private static Duration scaled(double millis, double speed) {
        return Duration.ofNanos((long) (millis * 1_000_000 / speed));
    }
}
