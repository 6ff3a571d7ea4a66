package io.calicofleet.executor.step;

import io.calicofleet.executor.core.step.StepHandler;
import io.calicofleet.executor.core.step.StepHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** All steps there are. */
public final class Steps {

    private Steps() {}

    /** The handlers; a new step is named here. */
    public static StepHandlers all() {
        List<StepHandler> handlers = List.of(
                new InspectStep(),
                new BackupStep(),
                new ProtectHostEndpointsStep(),
                new UpgradeStep(),
                new ReplaceCalicoctlStep(),
                new ReviewHostEndpointTrafficStep(),
                new ReleaseHostEndpointsStep(InstantSource.system()),
                new RestoreStep(),
                new DrillStep(),
                new PrepareStep(),
                new UpgradeOperatorStep(),
                new UpgradeHelmReleaseStep(),
                new UpgradeApplicationLayerPolicyStep(Duration.ofSeconds(15)),
                new MigrateToAutoHostEndpointsStep());
        return new StepHandlers(handlers);
    }
}
