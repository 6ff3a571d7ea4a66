package io.calicofleet.planner.core.route;

import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepToPlan;
import java.util.List;

/** The step that works out what the steps of an upgrade would write. */
public final class PlanRoute {

    private PlanRoute() {}

    /** A plan of these steps. */
    public static PlannedStep of(StepParameters asked, List<PlannedStep> steps) {
        return PlannedStep.once(
                StepKind.PLAN,
                asked.withPlanned(steps.stream()
                        .map(step -> new StepToPlan(
                                step.kind(),
                                step.gates().stream().map(GateRequirement::kind).toList(),
                                step.parameters()))
                        .toList()));
    }

    /** A plan with what a person has decided since; what only belongs to one of its steps stays. */
    public static StepParameters decided(StepParameters asked) {
        return asked.withPlanned(asked.planned().stream()
                .map(step -> new StepToPlan(step.kind(), step.gates(), decided(step.parameters(), asked)))
                .toList());
    }

    /** A step of the plan with what a person has decided on the plan. */
    public static StepParameters decided(StepParameters step, StepParameters plan) {
        StepParameters decided = step.withAnswers(plan.answers()).withRuleWithoutBase(plan.withoutBase());
        return plan.onConflict() == null ? decided : decided.withOnConflict(plan.onConflict());
    }
}
