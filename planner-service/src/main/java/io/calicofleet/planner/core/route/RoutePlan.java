package io.calicofleet.planner.core.route;

import java.util.List;

/**
 * What a route wants done.
 *
 * @param steps in their order
 * @param notes what a person should know about it
 */
public record RoutePlan(List<PlannedStep> steps, List<String> notes) {

    public RoutePlan {
        steps = List.copyOf(steps);
        notes = List.copyOf(notes);
    }
}
