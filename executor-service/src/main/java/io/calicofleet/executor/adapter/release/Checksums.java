package io.calicofleet.executor.adapter.release;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Files of the cache, and their checksums. */
final class Checksums {

    private Checksums() {}

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Writes a file so that nobody ever sees half of it. */
    static void write(Path path, byte[] bytes) throws IOException {
        Path directory = requireNonNull(path.getParent(), "a file in the cache is in a directory");
        Files.createDirectories(directory);
        Path part = Files.createTempFile(directory, ".part", "");
        Files.write(part, bytes);
        Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
