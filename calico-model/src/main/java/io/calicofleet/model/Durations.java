package io.calicofleet.model;

import java.time.Duration;

/** Durations for people. */
public final class Durations {

    private Durations() {}

    /** {@code 45s}, {@code 3m05s}, {@code 2h04m}, {@code 3d02h}; what is below zero is zero. */
    public static String shortly(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return "%dm%02ds".formatted(seconds / 60, seconds % 60);
        }
        if (seconds < 86_400) {
            return "%dh%02dm".formatted(seconds / 3600, seconds % 3600 / 60);
        }
        return "%dd%02dh".formatted(seconds / 86_400, seconds % 86_400 / 3600);
    }
}
