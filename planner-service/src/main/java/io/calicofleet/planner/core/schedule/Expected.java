package io.calicofleet.planner.core.schedule;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * How long one cluster is expected to take.
 *
 * @param duration so long
 * @param measured of how many clusters of the campaign that is measured; 0: the campaign says so
 */
public record Expected(Duration duration, int measured) {

    /** So many clusters are measured before what the campaign says counts no more. */
    public static final int ENOUGH = 5;

    private static final Duration LONGEST = Duration.ofDays(30);

    public Expected {
        requireNonNull(duration, "duration");
        duration = duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
    }

    /**
     * What 95 of a hundred clusters did not exceed, once there are {@link #ENOUGH}.
     *
     * @param taken how long clusters of the campaign took, the shortest first
     * @param declared what the campaign says
     */
    public static Expected of(List<Duration> taken, Duration declared) {
        if (taken.size() < ENOUGH) {
            return new Expected(declared, 0);
        }
        int rank = (taken.size() * 95 + 99) / 100;
        return new Expected(taken.get(rank - 1), taken.size());
    }

    /** {@code PT1H, as the campaign says}. */
    @Override
    public String toString() {
        return duration + (measured == 0 ? ", as the campaign says" : ", as 95% of " + measured + " did");
    }
}
