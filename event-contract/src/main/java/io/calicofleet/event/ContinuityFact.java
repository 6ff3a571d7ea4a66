package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What the prober of a node measured on its paths of one kind. Every time is of the clock of that node alone, which nobody sets.
 *
 * @param node the node
 * @param kind from where to where, such as pod-to-pod
 * @param paths how many paths
 * @param attempts how many times they were dialled since the baseline
 * @param lost how many of these got no answer
 * @param longestGap the longest time without an answer on one path, the baseline included; none where no attempt was lost
 * @param to where that path leads; empty where no attempt was lost
 * @param baselineAttempts how many times they were dialled in the baseline
 * @param baselineLost how many of those got no answer
 * @param baselineGap the longest time without an answer in the baseline
 */
public record ContinuityFact(
        String node,
        String kind,
        int paths,
        long attempts,
        long lost,
        Duration longestGap,
        String to,
        long baselineAttempts,
        long baselineLost,
        Duration baselineGap) {

    public ContinuityFact {
        requireNonNull(node, "node");
        requireNonNull(kind, "kind");
        Durations.bounded(longestGap, "longestGap");
        requireNonNull(to, "to");
        Durations.bounded(baselineGap, "baselineGap");
    }
}
