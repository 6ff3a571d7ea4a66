package io.calicofleet.integrations.core;

import java.time.Duration;
import java.time.Instant;

/**
 * When something is tried again, and when no more.
 *
 * @param first the pause after the first try; each one after is twice as long
 * @param longest but no longer than this
 * @param giveUpAfter how long after its first try something is given up
 */
public record Backoff(Duration first, Duration longest, Duration giveUpAfter) {

    private static final int MOST_DOUBLINGS = 40;

    public Backoff {
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0 || giveUpAfter.isNegative()) {
            throw new IllegalArgumentException("pauses are longer than nothing, and the longest is no shorter than the"
                    + " first: " + first + ", " + longest + ", given up after " + giveUpAfter);
        }
    }

    /**
     * How long to wait after so many tries.
     *
     * @param tries at least one
     * @param dice from 0 to 1: the pause is at least half as long as it may be, so that many who failed at once do not come at once
     */
    public Duration pause(int tries, double dice) {
        long most = longest.toMillis();
        long doubled = first.toMillis();
        for (int n = 1; n < tries && n <= MOST_DOUBLINGS && doubled < most; n++) {
            doubled *= 2;
        }
        long bounded = Math.max(1, Math.min(doubled, most));
        return Duration.ofMillis(bounded / 2 + Math.round(dice * (bounded - bounded / 2)));
    }

    /** Whether something is given up that was first tried then. */
    public boolean over(Instant firstTried, Instant now) {
        return !now.isBefore(firstTried.plus(giveUpAfter));
    }
}
