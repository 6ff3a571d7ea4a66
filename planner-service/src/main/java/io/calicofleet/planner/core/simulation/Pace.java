package io.calicofleet.planner.core.simulation;

import java.time.Duration;

/** How long clusters take, and on which the release is bad; by their place in the fleet. */
interface Pace {

    /** Whether the release is bad on a cluster. */
    boolean fails(Draws draws, int cluster);

    /** Whether a cluster cannot be reached. */
    default boolean unreached(Draws draws, int cluster) {
        return false;
    }

    /** How long a cluster takes, in milliseconds; where the release is bad, until its gate gives up. */
    long millis(Draws draws, int cluster);

    /** How long people take to approve a wave. */
    Duration answer();
}
