package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An executor serves this cluster. Sent at its start, on every change, and from time to time; a tombstone follows when it stops serving it.
 *
 * @param cluster the cluster it is about
 * @param executor the executor that serves it
 * @param labels the labels of the cluster
 * @param reachable whether its API server answered
 * @param problem why not; empty where it did
 * @param kubernetesVersion the version of its API server; empty where unknown
 * @param installMethod how Calico was installed; null where unknown
 * @param calicoVersion what ClusterInformation says; null where unknown
 * @param uid which real cluster it is: the UID of its namespace {@code kube-system}; null where that was never read
 * @param summary one sentence for people
 */
public record ClusterAnnounced(
        ClusterId cluster,
        String executor,
        Map<String, String> labels,
        boolean reachable,
        String problem,
        String kubernetesVersion,
        @Nullable InstallMethod installMethod,
        @Nullable CalicoVersion calicoVersion,
        @Nullable String uid,
        String summary)
        implements FleetEvent {

    public ClusterAnnounced {
        requireNonNull(cluster, "cluster");
        requireNonNull(executor, "executor");
        problem = Lines.shortened(requireNonNull(problem, "problem"));
        requireNonNull(kubernetesVersion, "kubernetesVersion");
        summary = Lines.shortened(requireNonNull(summary, "summary"));
        labels = Copies.map(labels);
    }

    @Override
    public EventType type() {
        return EventType.CLUSTER_ANNOUNCED;
    }
}
