package io.calicofleet.executor.step;

import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.executor.core.step.ResourceRef;
import io.calicofleet.executor.core.step.StepContext;
import io.calicofleet.model.release.ManifestDocuments;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes definitions (CRDs), each in one write of the whole object: no annotation that could be too large, and what
 * v1beta1 left is put right (facts 0.7).
 */
final class HelmDefinitions {

    private static final Duration ESTABLISHING = Duration.ofMinutes(5);

    private HelmDefinitions() {}

    /** Whether they are all written and established. */
    static boolean write(StepContext context, ManifestDocuments definitions, List<String> changes) {
        Manifests manifests = new Manifests(ManifestDocuments.EMPTY, definitions);
        Applier applier = new Applier(context, manifests, OnConflict.TAKE_NEW);
        List<ResourceRef> all = new ArrayList<>();
        for (MergedObject object : applier.plan().objects()) {
            if (object.changes() && applier.apply(object)) {
                changes.add(object.key().object());
            }
        }
        definitions.objects().values().forEach(definition -> all.add(ResourceRef.of(definition)));
        return applier.awaitEstablished(all, ESTABLISHING);
    }
}
