package io.calicofleet.verifier.core.gate;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * The executor says that it does not see the cluster.
 *
 * @param run the run of the executor it comes from
 * @param sequence counts up within that run, together with the checks
 * @param stale for how long before this what was seen may have been old already
 * @param reason why
 * @param next within what time the executor speaks again
 */
public record Blindness(String run, long sequence, Duration stale, String reason, Duration next) {

    public Blindness {
        requireNonNull(run, "run");
        requireNonNull(stale, "stale");
        requireNonNull(reason, "reason");
        requireNonNull(next, "next");
    }
}
