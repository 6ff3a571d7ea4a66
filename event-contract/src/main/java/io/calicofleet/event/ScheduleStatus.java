package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What its schedule makes a campaign wait for.
 *
 * @param opensAt when the next cluster may start that waits for its time; null: none waits for that, or its time never comes
 * @param zone the time zone of the window that opens then; empty where it is no window
 * @param expected how long one cluster is expected to take
 * @param measured of how many clusters of the campaign that is measured; 0: the campaign says so
 */
public record ScheduleStatus(@Nullable Instant opensAt, String zone, Duration expected, int measured) {

    public ScheduleStatus {
        requireNonNull(zone, "zone");
        Durations.bounded(expected, "expected");
    }
}
