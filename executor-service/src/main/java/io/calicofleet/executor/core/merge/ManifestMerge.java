package io.calicofleet.executor.core.merge;

import io.calicofleet.event.OnConflict;

/** Merges the manifest of a target release into a cluster. */
@SuppressWarnings("DoNotCallSuggester")
public final class ManifestMerge {

    private ManifestMerge() {}

    /**
     * The plan for bringing the target's manifest to a cluster.
     *
     * @param source the pristine manifest of the release that is installed; EMPTY where it is not at hand
     * @param live the objects of source and target as the cluster has them, read in the API version of the target
     * @param target the pristine manifest of the target release
     * @param onConflict what to do with what both sides changed
     */
    public static MergePlan plan(
            ManifestDocuments source, ManifestDocuments live, ManifestDocuments target, OnConflict onConflict) {
        throw new UnsupportedOperationException();
    }
}
