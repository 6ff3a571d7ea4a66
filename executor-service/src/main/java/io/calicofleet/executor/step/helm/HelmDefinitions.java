package io.calicofleet.executor.step.helm;

import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.plan.Basis;
import io.calicofleet.executor.core.plan.Placed;
import io.calicofleet.executor.core.plan.Plan;
import io.calicofleet.executor.core.plan.PlannedObject;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.manifest.Applier;
import io.calicofleet.executor.step.manifest.Manifests;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ReleaseFile;
import java.time.Duration;
import java.util.List;

/**
 * Writes definitions (CRDs), each in one write of the whole object: no annotation that could be too large, and what
 * v1beta1 left is put right.
 */
final class HelmDefinitions {

    private static final Duration ESTABLISHING = Duration.ofMinutes(5);

    private HelmDefinitions() {}

    /** Whether they are all written and established. */
    static boolean write(StepContext context, ManifestDocuments definitions, List<String> changes) {
        ReleaseFile chart = new ReleaseFile(Manifests.target(context), "chart", definitions, "chart");
        List<ResourceRef> all = Manifests.refs(List.of(definitions));
        Plan plan = Plan.of(
                Basis.NOTHING,
                Manifests.live(context.cluster(), all),
                Placed.asReleased(chart),
                OnConflict.TAKE_NEW,
                OnConflict.TAKE_NEW,
                "");
        Applier applier = new Applier(context, plan);
        for (PlannedObject object : plan.changes()) {
            if (applier.apply(object) instanceof Applier.Applied.Written) {
                changes.add(object.merged().key().object());
            }
        }
        return Applier.awaitEstablished(context, all, ESTABLISHING);
    }
}
