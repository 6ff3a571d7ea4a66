package io.calicofleet.verifier.adapter;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** When to look at which cluster again, sorted by time: a tick costs what is due, not what is open. */
final class WakeUps {

    private final TreeMap<Instant, Set<String>> byTime = new TreeMap<>();
    private final Map<String, Instant> byCluster = new HashMap<>();

    /** Looks at {@code cluster} {@code at} that time and no other; never, where it is null. */
    void set(String cluster, @Nullable Instant at) {
        Instant before = byCluster.get(cluster);
        if (before != null) {
            if (before.equals(at)) {
                return;
            }
            Set<String> others = byTime.get(before);
            if (others != null && others.remove(cluster) && others.isEmpty()) {
                byTime.remove(before);
            }
            byCluster.remove(cluster);
        }
        if (at != null) {
            byCluster.put(cluster, at);
            byTime.computeIfAbsent(at, time -> new HashSet<>()).add(cluster);
        }
    }

    /** The clusters whose time has come, the longest due first; they are no longer set. */
    List<String> due(Instant now) {
        List<String> clusters = new ArrayList<>();
        while (!byTime.isEmpty() && !byTime.firstKey().isAfter(now)) {
            var first = byTime.pollFirstEntry();
            first.getValue().stream().sorted().forEach(clusters::add);
        }
        clusters.forEach(byCluster::remove);
        return clusters;
    }
}
