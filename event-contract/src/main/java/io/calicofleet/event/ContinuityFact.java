package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;

/**
 * What the prober of a node measured on its paths of one kind, over new connections or over kept ones; or those of all nodes together. Every time is of the clock of that node alone, which nobody sets.
 *
 * @param node the node; of all together the one with the longest gap, empty where no attempt was lost
 * @param kind from where to where, such as pod-to-pod
 * @param kept whether each is one connection that stays open as long as it can; false: each attempt opens one
 * @param paths how many paths
 * @param attempts how many times they were dialled since the baseline
 * @param lost how many of these got no answer
 * @param longestGap the longest time without an answer on one path, the baseline included; none where no attempt was lost
 * @param to where that path leads; empty where no attempt was lost
 * @param baselineAttempts how many times they were dialled in the baseline
 * @param baselineLost how many of those got no answer
 * @param baselineGap the longest time without an answer in the baseline
 * @param breaks how many times a kept connection broke and had to be opened anew, the baseline included; 0 where they are new
 * @param baselineBreaks how many of these in the baseline
 */
public record ContinuityFact(
        String node,
        String kind,
        boolean kept,
        int paths,
        long attempts,
        long lost,
        Duration longestGap,
        String to,
        long baselineAttempts,
        long baselineLost,
        Duration baselineGap,
        long breaks,
        long baselineBreaks) {

    public ContinuityFact {
        requireNonNull(node, "node");
        requireNonNull(kind, "kind");
        Durations.bounded(longestGap, "longestGap");
        requireNonNull(to, "to");
        Durations.bounded(baselineGap, "baselineGap");
    }

    /** Which paths, in words, such as {@code pod-to-pod over kept connections}. */
    public String named() {
        return kind + " over " + (kept ? "kept" : "new") + " connections";
    }

    /** Whether its paths begin in the network of a host. */
    @JsonIgnore
    public boolean isOfHost() {
        return kind.startsWith("host-");
    }

    /** Whether a path was without an answer for longer than allowed. */
    public boolean isTooLong(ContinuitySpec spec) {
        return longestGap.compareTo(spec.maxGap()) > 0;
    }
}
