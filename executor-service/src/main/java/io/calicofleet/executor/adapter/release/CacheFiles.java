package io.calicofleet.executor.adapter.release;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes the files of the cache. */
final class CacheFiles {

    private CacheFiles() {}

    /** Writes a file so that nobody ever sees half of it. */
    static void write(Path path, byte[] bytes) throws IOException {
        Path directory = requireNonNull(path.getParent(), "a file in the cache is in a directory");
        Files.createDirectories(directory);
        Path part = Files.createTempFile(directory, ".part", "");
        Files.write(part, bytes);
        Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
