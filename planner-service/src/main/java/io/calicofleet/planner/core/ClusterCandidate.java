package io.calicofleet.planner.core;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ClusterId;
import java.util.Map;

/**
 * A cluster some executor serves, as known when a command arrived.
 *
 * @param cluster its id
 * @param labels its labels
 * @param problem why it is out of reach; empty where its API server answered
 */
public record ClusterCandidate(ClusterId cluster, Map<String, String> labels, String problem) {

    public ClusterCandidate {
        requireNonNull(cluster, "cluster");
        requireNonNull(problem, "problem");
        labels = Map.copyOf(labels);
    }

    /** Whether it carries all of {@code wanted}. */
    public boolean carries(Map<String, String> wanted) {
        return labels.entrySet().containsAll(wanted.entrySet());
    }
}
