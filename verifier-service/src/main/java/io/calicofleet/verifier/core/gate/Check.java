package io.calicofleet.verifier.core.gate;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ClusterObservation;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One observation of the cluster.
 *
 * @param run the run of the executor it comes from
 * @param sequence counts up within that run
 * @param acted whether the step has done what it does
 * @param observation what was seen
 * @param at when it was seen, by the clock of the executor; for people only
 * @param next within what time the executor speaks again; null where it does not say
 */
public record Check(
        String run,
        long sequence,
        boolean acted,
        ClusterObservation observation,
        Instant at,
        @Nullable Duration next) {

    public Check {
        requireNonNull(run, "run");
        requireNonNull(observation, "observation");
        requireNonNull(at, "at");
    }
}
