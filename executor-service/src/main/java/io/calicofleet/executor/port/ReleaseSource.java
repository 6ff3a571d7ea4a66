package io.calicofleet.executor.port;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.model.release.ReleaseFile;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The manifests and charts of Calico's releases, as released. */
public interface ReleaseSource {

    /**
     * A file of a release; empty where the release has no such file or is not at hand.
     *
     * @param version the release
     * @param file such as calico.yaml
     * @throws ReleaseException where it cannot be read, or is not what it was the first time
     */
    Optional<ReleaseFile> manifest(CalicoVersion version, String file);

    /** Where such a file is looked for, for people. */
    String where(CalicoVersion version, String file);

    /**
     * The chart tigera-operator of exactly that release.
     *
     * @param version the release
     * @param where the URL of a repository, an OCI reference, a file or a directory; null: the chart beside the manifests
     *     of the release, else Calico's own repository
     * @throws ReleaseException where it cannot be read, is another chart or version, or is not what it was the first time
     */
    default HelmChart chart(CalicoVersion version, @Nullable String where) {
        throw new ReleaseException(FailureReason.CHART_UNAVAILABLE, "there is no source of charts", null);
    }
}
