package io.calicofleet.planner.core;

import io.calicofleet.planner.core.campaign.PlannerTime;
import java.time.Duration;
import java.time.Instant;

/** Moments of a planner that has worked all the while, with a clock that is right. */
final class Times {

    private Times() {}

    static PlannerTime at(Instant clock) {
        return new PlannerTime(clock, Duration.between(Driver.START, clock));
    }
}
