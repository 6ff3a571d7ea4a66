package io.calicofleet.verifier.core.gate;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ClusterObservation;
import java.time.Instant;

/**
 * One observation of the cluster.
 *
 * @param run the run of the executor it comes from
 * @param sequence counts up within that run
 * @param acted whether the step has done what it does
 * @param observation what was seen
 * @param at when it was seen
 */
public record Check(String run, long sequence, boolean acted, ClusterObservation observation, Instant at) {

    public Check {
        requireNonNull(run, "run");
        requireNonNull(observation, "observation");
        requireNonNull(at, "at");
    }
}
