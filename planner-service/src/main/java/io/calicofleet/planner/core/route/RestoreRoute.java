package io.calicofleet.planner.core.route;

import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import java.util.List;

/** Puts back what the newest backup in the cluster holds, and waits until the pods of that release run. */
public final class RestoreRoute {

    private RestoreRoute() {}

    /** The steps of a restore. */
    public static List<PlannedStep> steps(CampaignSpec spec) {
        GateRequirement pods = new GateRequirement(
                GateKind.PODS,
                spec.gates().pods().deadline(),
                null,
                null,
                spec.gates().pods().expectedReady(),
                null);
        return List.of(PlannedStep.once(StepKind.RESTORE, StepParameters.NONE, pods));
    }
}
