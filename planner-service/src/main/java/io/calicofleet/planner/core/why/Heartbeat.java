package io.calicofleet.planner.core.why;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;

/**
 * When an executor was last heard: executors announce their clusters once a minute, whatever else they do.
 *
 * @param executor which one
 * @param clusters how many it serves
 * @param heardAt when, by the clock of the broker or of the executor
 */
public record Heartbeat(String executor, int clusters, Instant heardAt) {

    /** Who says nothing for so long has missed two announcements. */
    public static final Duration SILENT_AFTER = Duration.ofMinutes(3);

    public Heartbeat {
        requireNonNull(executor, "executor");
        requireNonNull(heardAt, "heardAt");
    }

    /** How long ago; never negative, though clocks differ. */
    public Duration age(Instant now) {
        Duration age = Duration.between(heardAt, now);
        return age.isNegative() ? Duration.ZERO : age;
    }

    /** Whether nothing that it said is to be taken for how things are now. */
    public boolean silent(Instant now) {
        return age(now).compareTo(SILENT_AFTER) > 0;
    }
}
