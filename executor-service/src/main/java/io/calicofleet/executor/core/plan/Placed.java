package io.calicofleet.executor.core.plan;

import static java.util.Objects.requireNonNull;

import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ReleaseFile;

/**
 * A file of a release, and its objects as this cluster has them: their names and namespaces may be other ones.
 *
 * @param file the file, as released
 * @param documents its objects under the keys they have in this cluster
 */
public record Placed(ReleaseFile file, ManifestDocuments documents) {

    public Placed {
        requireNonNull(file, "file");
        requireNonNull(documents, "documents");
    }

    /** A file whose objects are called in the cluster as they are in it. */
    public static Placed asReleased(ReleaseFile file) {
        return new Placed(file, file.documents());
    }
}
