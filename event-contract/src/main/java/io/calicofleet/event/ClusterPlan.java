package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the upgrade of a cluster would do, in numbers; its writes are in {@link PlanMade}.
 *
 * @param digest stands for the cluster, the release, the decisions, what is there of what would be written, and what it becomes
 * @param steps the steps in their order
 * @param writes how many objects are written
 * @param restarts what restarts, a line each
 * @param nodes on how many nodes calico-node runs
 * @param madeAt when it was made
 * @param ofUpgrade the digest of the steps that upgrade alone: what a retry is held to once the steps before them are done; null from senders that do not say
 */
public record ClusterPlan(
        String digest,
        List<PlannedStepFact> steps,
        int writes,
        List<String> restarts,
        int nodes,
        Instant madeAt,
        @Nullable String ofUpgrade) {

    public ClusterPlan {
        requireNonNull(digest, "digest");
        steps = Copies.list(steps);
        restarts = Lines.few(restarts);
        requireNonNull(madeAt, "madeAt");
    }

    /** One whose upgrade has no digest of its own. */
    public ClusterPlan(
            String digest, List<PlannedStepFact> steps, int writes, List<String> restarts, int nodes, Instant madeAt) {
        this(digest, steps, writes, restarts, nodes, madeAt, null);
    }
}
