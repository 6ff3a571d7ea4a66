package io.calicofleet.planner.core.campaign;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;

/**
 * A moment. What lasts is measured by the second of its times, which nobody can set: a soak, a silence, the age of what is over.
 *
 * @param clock what the wall clock shows: for people, and for what is valid until a moment of that clock
 * @param worked for how long planners have worked on the campaigns of this partition, the times between them left out
 */
public record PlannerTime(Instant clock, Duration worked) {

    public PlannerTime {
        requireNonNull(clock, "clock");
        requireNonNull(worked, "worked");
    }

    /** For how long planners have worked since then. */
    public Duration since(Duration then) {
        return worked.minus(then);
    }

    /** The same, with a clock that shows no earlier time than {@code known}. */
    public PlannerTime notBefore(Instant known) {
        return clock.isBefore(known) ? new PlannerTime(known, worked) : this;
    }
}
