package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.executor.port.ReleaseSource;
import io.calicofleet.model.release.ReleaseFile;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Releases of which each file is read once, for a step that only reads, as {@link ReadOnce} is for its cluster: to read one means to
 * compare its checksum. Not thread-safe: a step runs on one thread.
 */
final class ReleasesOnce implements ReleaseSource {

    private record Key(CalicoVersion version, String file) {}

    private final ReleaseSource releases;
    private final Map<Key, Optional<ReleaseFile>> read = new HashMap<>();

    ReleasesOnce(ReleaseSource releases) {
        this.releases = requireNonNull(releases, "releases");
    }

    @Override
    public Optional<ReleaseFile> manifest(CalicoVersion version, String file) {
        return read.computeIfAbsent(new Key(version, file), key -> releases.manifest(version, file));
    }

    @Override
    public String where(CalicoVersion version, String file) {
        return releases.where(version, file);
    }

    @Override
    public HelmChart chart(CalicoVersion version, @Nullable String where) {
        return releases.chart(version, where);
    }
}
