package io.calicofleet.executor.step.manifest;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.executor.core.identity.Placement;
import io.calicofleet.executor.core.merge.Likeness;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.ReleaseSource;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.cluster.Installed;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.ReleaseFile;
import io.calicofleet.model.release.ReleaseFiles;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which of several files that install Calico in one way an install is of: the one whose objects are most like what the
 * cluster has, among those that both releases have; the usual one where that does not tell. Only what differs between the
 * files is looked at. What the cluster has may be of the one release or of the other: a step that is asked for again has written some of it. What is chosen is proven afterwards like any base.
 */
public final class Flavours {

    private Flavours() {}

    /**
     * The file; empty where no file installs Calico this way.
     *
     * @param source the release that is installed; null where it is not known
     */
    public static Optional<String> file(
            ClusterApi cluster,
            ReleaseSource releases,
            InstallMethod method,
            @Nullable CalicoVersion source,
            CalicoVersion target) {
        List<String> files = ReleaseFiles.flavours(method);
        if (source == null || files.size() < 2) {
            return files.stream().findFirst();
        }
        BiFunction<ManifestDocuments, ManifestDocuments, Placement> placing = Installed.placing(cluster);
        Map<String, List<ManifestDocuments>> known = new LinkedHashMap<>();
        for (String file : files) {
            Optional<ReleaseFile> was = read(releases, source, file);
            Optional<ReleaseFile> will = read(releases, target, file);
            if (was.isPresent() && will.isPresent()) {
                Placement placed =
                        placing.apply(was.get().documents(), will.get().documents());
                known.put(file, List.of(placed.base(), placed.target()));
            }
        }
        if (known.size() < 2 || !known.containsKey(files.getFirst())) {
            return files.stream().findFirst(); // where it is missing, that is told by name
        }
        List<ManifestDocuments> all =
                known.values().stream().flatMap(List::stream).toList();
        Set<ObjectKey> differing = new TreeSet<>();
        for (int release = 0; release < 2; release++) {
            int one = release;
            differing.addAll(Likeness.differing(
                    known.values().stream().map(of -> of.get(one)).toList()));
        }
        List<ResourceRef> refs = Manifests.refs(all).stream()
                .filter(ref -> differing.contains(ref.key()))
                .toList();
        Likeness likeness = new Likeness(Manifests.live(cluster, refs), differing);
        return known.entrySet().stream()
                .min(Comparator.comparingInt(file -> likeness.differences(file.getValue())))
                .map(Map.Entry::getKey);
    }

    /** A file; empty where it is not at hand, which is told where it is needed. */
    private static Optional<ReleaseFile> read(ReleaseSource releases, CalicoVersion version, String file) {
        try {
            return OperatorRelease.USUAL.read(releases, version, file);
        } catch (ReleaseException e) {
            return Optional.empty();
        }
    }
}
