package io.calicofleet.executor.core.detect;

import io.calicofleet.event.ClusterFacts;
import io.calicofleet.executor.core.merge.ManifestDocuments;
import io.calicofleet.executor.core.merge.MergePlan;

/** Puts together what an inspection found. */
@SuppressWarnings("DoNotCallSuggester")
public final class Inspection {

    private Inspection() {}

    /**
     * The facts of a cluster.
     *
     * @param snapshot what was read
     * @param installation what {@link InstallDetector} made of it
     * @param dryRun the merge with the target, nothing written; an empty plan where no manifest is at hand
     * @param target the target's manifest; EMPTY where it is not at hand
     */
    public static ClusterFacts facts(
            ClusterSnapshot snapshot, Installation installation, MergePlan dryRun, ManifestDocuments target) {
        throw new UnsupportedOperationException();
    }
}
