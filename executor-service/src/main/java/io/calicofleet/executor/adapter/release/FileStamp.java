package io.calicofleet.executor.adapter.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * By what a file is known to be the one that was read, without reading it again: as Git's index does it.
 *
 * @param modified when it was written last
 * @param size in bytes
 * @param file which one it is; null where the file system does not say
 */
record FileStamp(FileTime modified, long size, @Nullable Object file) {

    /** Two writes closer than a file system's clock may tell could look alike. */
    private static final Duration RACY = Duration.ofSeconds(2);

    /** Of a file that was left alone for long enough; empty for any other, and where there is none. */
    static Optional<FileStamp> of(Path path, InstantSource clock) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            FileStamp stamp = new FileStamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
            return stamp.modified().toInstant().isBefore(clock.instant().minus(RACY))
                    ? Optional.of(stamp)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
