package io.calicofleet.executor.adapter.kubeconfig;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ClusterId;
import io.calicofleet.executor.adapter.kubeconfig.KubeconfigDirectory.FileVersion;
import io.calicofleet.executor.core.fleet.Offer;
import io.calicofleet.executor.yaml.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Kubeconfigs that we write ourselves, since clients and Helm read files: in a folder that nobody else looks into, for as long as
 * this process runs. Not thread-safe.
 */
public final class WrittenKubeconfigs implements AutoCloseable {

    private static final String BEGIN = "kubeconfig-";

    private record Written(Offer.Access access, FileVersion version) {

        boolean isOf(Offer.Access other) {
            return access.kubeconfig().equals(other.kubeconfig())
                    && access.origin().equals(other.origin());
        }
    }

    private final Path folder;
    private final Map<ClusterId, Written> written = new HashMap<>();

    private WrittenKubeconfigs(Path folder) {
        this.folder = requireNonNull(folder, "folder");
    }

    /**
     * In this folder, which is made where it is missing. What an earlier process left there is deleted.
     *
     * @throws IOException where it cannot be had for us alone
     */
    public static WrittenKubeconfigs in(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
        WrittenKubeconfigs kubeconfigs = new WrittenKubeconfigs(folder);
        kubeconfigs.clear();
        return kubeconfigs;
    }

    /** In a new folder among temporary ones. */
    public static WrittenKubeconfigs temporary() throws IOException {
        return new WrittenKubeconfigs(Files.createTempDirectory("calico-fleet-clusters-"));
    }

    /**
     * Has these there, and no others.
     *
     * @param kept clusters whose kubeconfig stays as it is, where there is one
     * @throws IOException where one cannot be written; those of before are still there
     */
    public Map<ClusterId, FileVersion> write(Map<ClusterId, Offer.Access> accesses, Set<ClusterId> kept)
            throws IOException {
        for (var entry : accesses.entrySet()) {
            Written before = written.get(entry.getKey());
            if (before == null || !before.isOf(entry.getValue())) {
                written.put(entry.getKey(), write(entry.getValue(), before));
            }
        }
        for (var entry : Map.copyOf(written).entrySet()) {
            if (!accesses.containsKey(entry.getKey()) && !kept.contains(entry.getKey())) {
                Files.deleteIfExists(entry.getValue().version().path());
                written.remove(entry.getKey());
            }
        }
        Map<ClusterId, FileVersion> versions = new TreeMap<>();
        written.forEach((id, file) -> versions.put(id, file.version()));
        return versions;
    }

    /** A file takes the place of the one of before, which Helm may be reading. */
    private Written write(Offer.Access access, @Nullable Written before) throws IOException {
        Path fresh = Files.createTempFile(folder, BEGIN, ".yaml");
        Files.writeString(fresh, Yaml.write(List.of(access.kubeconfig())));
        Path path = before == null ? fresh : before.version().path();
        if (before != null) {
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        return new Written(access, FileVersion.of(access.origin().object(), path));
    }

    private void clear() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().startsWith(BEGIN)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Deletes them; the folder, too, where nothing else is in it. */
    @Override
    public void close() throws IOException {
        clear();
        try (Stream<Path> left = Files.list(folder)) {
            if (left.findAny().isPresent()) {
                return;
            }
        }
        Files.deleteIfExists(folder);
    }
}
