package io.calicofleet.executor.step;

import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepHandlers;
import io.calicofleet.executor.step.applicationlayer.UpgradeApplicationLayerPolicyStep;
import io.calicofleet.executor.step.autohostendpoints.MigrateToAutoHostEndpointsStep;
import io.calicofleet.executor.step.backup.BackupStep;
import io.calicofleet.executor.step.calicoctl.ReplaceCalicoctlStep;
import io.calicofleet.executor.step.change.ChangeStep;
import io.calicofleet.executor.step.change.NodesReady;
import io.calicofleet.executor.step.cluster.SecondUpgrader;
import io.calicofleet.executor.step.continuity.MeasuredStep;
import io.calicofleet.executor.step.continuity.PlannedProber;
import io.calicofleet.executor.step.drill.DrillStep;
import io.calicofleet.executor.step.helm.UpgradeHelmReleaseStep;
import io.calicofleet.executor.step.hostendpoints.ProtectHostEndpointsStep;
import io.calicofleet.executor.step.hostendpoints.ReleaseHostEndpointsStep;
import io.calicofleet.executor.step.hostendpoints.ReviewHostEndpointTrafficStep;
import io.calicofleet.executor.step.inspect.InspectStep;
import io.calicofleet.executor.step.migrate.MigrateToKubernetesDatastoreStep;
import io.calicofleet.executor.step.migrate.MigrateToOperatorStep;
import io.calicofleet.executor.step.operator.UpgradeOperatorStep;
import io.calicofleet.executor.step.plan.AppliedByOthers;
import io.calicofleet.executor.step.plan.PlanStep;
import io.calicofleet.executor.step.prepare.PrepareStep;
import io.calicofleet.executor.step.restore.RestoreStep;
import io.calicofleet.executor.step.upgrade.UpgradeStep;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** All steps there are. */
public final class Steps {

    private Steps() {}

    /** The handlers. */
    public static StepHandlers all() {
        return all(Duration.ofSeconds(15));
    }

    /**
     * The handlers; a new step is named here.
     *
     * @param glance between two looks at a cluster to which others bring a release
     */
    public static StepHandlers all(Duration glance) {
        return all(glance, NodesReady.USUAL);
    }

    /**
     * The same with another patience for calico-node after a change of its settings.
     *
     * @param ready how long it may take to be ready, and has to stay so
     */
    public static StepHandlers all(Duration glance, NodesReady ready) {
        List<StepHandler> handlers = new ArrayList<>(List.of(
                new InspectStep(),
                new BackupStep(),
                new ProtectHostEndpointsStep(),
                new UpgradeStep(),
                new ReplaceCalicoctlStep(),
                new ReviewHostEndpointTrafficStep(),
                new ReleaseHostEndpointsStep(InstantSource.system()),
                new RestoreStep(ready),
                new DrillStep(),
                new PrepareStep(),
                new UpgradeOperatorStep(),
                new UpgradeHelmReleaseStep(),
                new UpgradeApplicationLayerPolicyStep(Duration.ofSeconds(15)),
                new MigrateToOperatorStep(),
                new MigrateToKubernetesDatastoreStep(),
                new ChangeStep(ready),
                new MigrateToAutoHostEndpointsStep()));
        handlers.add(new PlanStep(handlers.stream().map(PlannedProber::new).toList(), InstantSource.system()));
        handlers.replaceAll(handler ->
                handler.kind().upgrades() ? new AppliedByOthers(handler, InstantSource.system(), glance) : handler);
        handlers.replaceAll(handler -> handler.kind().upgrades() ? new MeasuredStep(handler) : handler);
        handlers.replaceAll(SecondUpgrader::new);
        return new StepHandlers(handlers);
    }
}
