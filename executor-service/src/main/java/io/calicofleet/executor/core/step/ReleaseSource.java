package io.calicofleet.executor.core.step;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.merge.ManifestDocuments;
import java.util.Optional;

/** The manifests of Calico's releases, as released. */
public interface ReleaseSource {

    /**
     * A file of a release; empty where the release has no such file or is not at hand.
     *
     * @param version the release
     * @param file such as calico.yaml
     * @throws ReleaseException where it cannot be read, or is not what it was the first time
     */
    Optional<ManifestDocuments> manifest(CalicoVersion version, String file);
}
