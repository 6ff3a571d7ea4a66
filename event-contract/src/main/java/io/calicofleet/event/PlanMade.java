package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * An executor has worked out what an upgrade would write to a cluster.
 *
 * @param step the step it is about
 * @param plan the plan in numbers
 * @param writes what is written, in the order it is written
 * @param summary one sentence for people
 */
public record PlanMade(StepId step, ClusterPlan plan, List<PlannedWrite> writes, String summary) implements FleetEvent {

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
