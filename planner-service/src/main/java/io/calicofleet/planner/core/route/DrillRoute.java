package io.calicofleet.planner.core.route;

import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import java.util.List;

/** Empty steps with a real gate, as many as the campaign says. */
public final class DrillRoute {

    private DrillRoute() {}

    /** The steps of a drill. */
    public static List<PlannedStep> steps(CampaignSpec spec) {
        GateRequirement pods =
                GateRequirement.of(GateKind.PODS, spec.gates().pods().deadline());
        return List.of(
                new PlannedStep(StepKind.DRILL, List.of(pods), StepParameters.NONE, Math.max(1, spec.drillSteps())));
    }
}
