package io.calicofleet.executor.adapter.release;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** How much a file of a release may be: many times what Calico's are, and little enough for any executor. */
final class Bounds {

    /** The largest manifest of a release, with definitions, has 1.7 MB. */
    static final long LARGEST_MANIFEST = 32L * 1024 * 1024;
    /** The chart has 0.3 MB, the index of its repository 0.2 MB. */
    static final long LARGEST_CHART = 32L * 1024 * 1024;
    /** From the request to the last byte. */
    static final Duration LONGEST_DOWNLOAD = Duration.ofMinutes(2);

    private Bounds() {}

    /**
     * A file, whole.
     *
     * @throws IOException where it is no regular file, such as a device, or larger than that
     */
    static byte[] read(Path file, long largest) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + (Files.exists(file) ? " is no regular file" : " is not there"));
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(Math.toIntExact(largest + 1));
            if (bytes.length > largest) {
                throw new IOException(file + " is larger than " + largest / (1024 * 1024) + " MiB");
            }
            return bytes;
        }
    }
}
