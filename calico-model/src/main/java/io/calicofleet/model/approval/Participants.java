package io.calicofleet.model.approval;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.WaveName;
import io.calicofleet.model.Digests;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which clusters go with which wave, as a hash tree: one root stands for all of them, and a short path proves that a cluster is among them. Leaves are in
 * the order of the clusters' ids; a node without a neighbour goes up as it is. Leaves and nodes are told apart by what they begin with, so that none can
 * be taken for the other.
 */
public final class Participants {

    private static final String LEFT = "<";
    private static final String RIGHT = ">";

    private final List<ClusterId> clusters;
    private final List<List<String>> levels = new ArrayList<>();

    private Participants(Map<ClusterId, WaveName> waves) {
        clusters = List.copyOf(waves.keySet());
        List<String> level = waves.entrySet().stream()
                .map(entry -> leaf(entry.getValue(), entry.getKey()))
                .toList();
        levels.add(level);
        while (level.size() > 1) {
            List<String> above = new ArrayList<>();
            for (int i = 0; i < level.size(); i += 2) {
                above.add(i + 1 < level.size() ? node(level.get(i), level.get(i + 1)) : level.get(i));
            }
            levels.add(above);
            level = above;
        }
    }

    /** Of these clusters, each with its wave. */
    public static Participants of(Map<ClusterId, WaveName> waves) {
        return new Participants(new TreeMap<>(waves));
    }

    /** The root, in hexadecimal; of no clusters that of nothing. */
    public String root() {
        return clusters.isEmpty() ? Digests.sha256("") : levels.getLast().getFirst();
    }

    /** What proves that a cluster is among them, from the leaf up. */
    public List<String> path(ClusterId cluster) {
        int index = Collections.binarySearch(clusters, cluster);
        if (index < 0) {
            throw new IllegalArgumentException(cluster + " takes no part");
        }
        List<String> path = new ArrayList<>();
        for (List<String> level : levels) {
            int neighbour = index ^ 1;
            if (level.size() > 1 && neighbour < level.size()) {
                path.add((neighbour < index ? LEFT : RIGHT) + level.get(neighbour));
            }
            index /= 2;
        }
        return path;
    }

    /** The root of the tree that has this cluster with this wave at the end of this path; empty where that is no path. */
    public static Optional<String> root(WaveName wave, ClusterId cluster, List<String> path) {
        String hash = leaf(wave, cluster);
        for (String step : path) {
            if (!step.matches("[<>][0-9a-f]{64}")) {
                return Optional.empty();
            }
            String neighbour = step.substring(1);
            hash = step.startsWith(LEFT) ? node(neighbour, hash) : node(hash, neighbour);
        }
        return Optional.of(hash);
    }

    private static String leaf(WaveName wave, ClusterId cluster) {
        return Digests.sha256(("cluster " + wave + "/" + cluster).getBytes(UTF_8));
    }

    private static String node(String left, String right) {
        return Digests.sha256("node " + left + right);
    }
}
