package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * What the upgrade of a cluster would do, in numbers; its writes are in {@link PlanMade}.
 *
 * @param digest stands for the cluster, the release, the decisions, what is there of what would be written, and what it becomes
 * @param steps the steps in their order
 * @param writes how many objects are written
 * @param restarts what restarts, a line each
 * @param nodes on how many nodes calico-node runs
 * @param madeAt when it was made
 */
public record ClusterPlan(
        String digest, List<PlannedStepFact> steps, int writes, List<String> restarts, int nodes, Instant madeAt) {

    public ClusterPlan {
        requireNonNull(digest, "digest");
        steps = Copies.list(steps);
        restarts = Lines.few(restarts);
        requireNonNull(madeAt, "madeAt");
    }
}
