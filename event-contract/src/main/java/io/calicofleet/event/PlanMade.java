package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An executor has worked out what an upgrade would write to a cluster.
 *
 * @param step the step it is about
 * @param plan the plan in numbers
 * @param writes what is written, in the order it is written
 * @param manifest what others are to bring to the cluster; null where the executor writes it, or there is no such file
 * @param summary one sentence for people
 */
public record PlanMade(
        StepId step,
        ClusterPlan plan,
        List<PlannedWrite> writes,
        @Nullable PlannedManifest manifest,
        String summary) implements FleetEvent {

    public PlanMade {
        requireNonNull(step, "step");
        requireNonNull(plan, "plan");
        writes = Copies.list(writes);
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.PLAN_MADE;
    }
}
