package io.calicofleet.planner.core.simulation;

import static java.util.Objects.requireNonNull;

import io.calicofleet.planner.core.ClusterCandidate;

/**
 * A cluster of a simulated fleet.
 *
 * @param candidate the cluster
 * @param nodes how many nodes it has, from 1 on
 */
public record Member(ClusterCandidate candidate, int nodes) {

    public Member {
        requireNonNull(candidate, "candidate");
    }
}
