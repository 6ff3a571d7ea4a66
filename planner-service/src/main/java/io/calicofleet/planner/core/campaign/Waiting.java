package io.calicofleet.planner.core.campaign;

import io.calicofleet.event.ClusterId;
import java.util.Map;
import java.util.Set;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;
import org.pcollections.TreePSet;

/**
 * Clusters that may be started as soon as there is a place and a time, by those of their labels that rules are about: what is true of one of
 * them is true of all with the same labels, however many there are.
 *
 * @param alike by labels; none of the sets is empty
 */
public record Waiting(HashPMap<Map<String, String>, TreePSet<ClusterId>> alike) {

    /** None. */
    public static final Waiting NONE = new Waiting(HashTreePMap.empty());

    /** With this cluster, or without it. */
    Waiting with(ClusterState cluster, boolean waits) {
        TreePSet<ClusterId> before = alike.getOrDefault(cluster.labels(), TreePSet.empty());
        if (before.contains(cluster.cluster()) == waits) {
            return this;
        }
        TreePSet<ClusterId> after = waits ? before.plus(cluster.cluster()) : before.minus(cluster.cluster());
        return new Waiting(after.isEmpty() ? alike.minus(cluster.labels()) : alike.plus(cluster.labels(), after));
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return alike.isEmpty();
    }

    /** The labels that occur. */
    public Set<Map<String, String>> labels() {
        return alike.keySet();
    }

    /** How many carry exactly these. */
    public int count(Map<String, String> labels) {
        return alike.getOrDefault(labels, TreePSet.empty()).size();
    }
}
