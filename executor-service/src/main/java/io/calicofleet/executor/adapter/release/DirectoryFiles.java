package io.calicofleet.executor.adapter.release;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** {@code <directory>/<version>/<file>}. */
final class DirectoryFiles implements ReleaseFiles {

    private final Path directory;

    DirectoryFiles(Path directory) {
        this.directory = requireNonNull(directory, "directory");
    }

    @Override
    public Optional<byte[]> read(CalicoVersion version, String file) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException("there is no directory " + directory);
        }
        Path path = in(version, file);
        return Files.isRegularFile(path) ? Optional.of(Bounds.read(path, Bounds.LARGEST_MANIFEST)) : Optional.empty();
    }

    @Override
    public Optional<Path> path(CalicoVersion version, String file) {
        return Optional.of(in(version, file));
    }

    @Override
    public String location(CalicoVersion version, String file) {
        return in(version, file).toString();
    }

    private Path in(CalicoVersion version, String file) {
        return directory.resolve(version.toString()).resolve(file);
    }

    @Override
    public boolean official() {
        return false;
    }
}
