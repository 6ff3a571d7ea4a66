package io.calicofleet.planner.core;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cluster some executor serves, as known when a command arrived.
 *
 * @param cluster its id
 * @param labels its labels
 * @param problem why it is out of reach; empty where its API server answered
 * @param version the version of Calico its executor announces; null where that is unknown
 */
public record ClusterCandidate(
        ClusterId cluster,
        Map<String, String> labels,
        String problem,
        @Nullable CalicoVersion version) {

    public ClusterCandidate {
        requireNonNull(cluster, "cluster");
        requireNonNull(problem, "problem");
        labels = Map.copyOf(labels);
    }

    /** One whose version is unknown. */
    public ClusterCandidate(ClusterId cluster, Map<String, String> labels, String problem) {
        this(cluster, labels, problem, null);
    }

    /** Whether it carries all of {@code wanted}. */
    public boolean carries(Map<String, String> wanted) {
        return labels.entrySet().containsAll(wanted.entrySet());
    }
}
