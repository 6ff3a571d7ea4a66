package io.calicofleet.planner.core;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How patient the planner is before it says that somebody does not answer. It never gives a step up by itself.
 *
 * @param acceptPatience how long a requested step may wait for an executor
 * @param silencePatience how long an accepted step may go without a word
 */
public record PlannerSettings(Duration acceptPatience, Duration silencePatience) {

    /** Two minutes for an executor to take a step up, fifteen for one that went silent. */
    public static final PlannerSettings DEFAULT = new PlannerSettings(Duration.ofMinutes(2), Duration.ofMinutes(15));

    public PlannerSettings {
        requireNonNull(acceptPatience, "acceptPatience");
        requireNonNull(silencePatience, "silencePatience");
    }
}
