package io.calicofleet.verifier.adapter;

import io.calicofleet.event.StepId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was told of the gates that wait: what they miss is told once they have missed something for a while, and again where
 * that has changed, at most as often. Most steps are judged before. Kept in memory: after a restart it is told once more.
 */
final class MissingTold {

    static final Duration EVERY = Duration.ofSeconds(30);

    private final Map<String, Told> byCluster = new HashMap<>();

    /** Of which step, when, and what was told; nothing where it only began to wait. */
    private record Told(StepId step, Instant at, List<String> missing) {}

    /** Whether {@code missing} is to be told now; it counts as told then. */
    boolean isDue(String cluster, StepId step, List<String> missing, Instant now) {
        Told before = byCluster.get(cluster);
        if (before == null || !before.step().equals(step)) {
            byCluster.put(cluster, new Told(step, now, List.of()));
            return false;
        }
        if (missing.equals(before.missing()) || now.isBefore(before.at().plus(EVERY))) {
            return false;
        }
        byCluster.put(cluster, new Told(step, now, missing));
        return true;
    }

    void forget(String cluster) {
        byCluster.remove(cluster);
    }

    void clear() {
        byCluster.clear();
    }
}
