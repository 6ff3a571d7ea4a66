package io.calicofleet.cli.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tokens in a file of the planner's, a line each: {@code NAME TOKEN}. None is ever told or logged. */
public final class Tokens {

    /** What the file is called in a folder of data. */
    public static final String FILE = "token";

    private static final int BYTES = 32;

    private Tokens() {}

    /**
     * Puts a new token of {@code name} at the end of the file, which is its owner's alone where it is made by that.
     *
     * @throws IOException where it cannot be written
     */
    public static void add(Path file, String name) throws IOException {
        byte[] token = new byte[BYTES];
        new SecureRandom().nextBytes(token);
        String line = name + " cft_" + Base64.getUrlEncoder().withoutPadding().encodeToString(token) + "\n";
        if (!Files.exists(file)) {
            Files.createFile(file);
            if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
        }
        Files.writeString(file, line, StandardOpenOption.APPEND);
    }

    /**
     * The token of {@code name}, or the first one where nobody is named; empty where there is none.
     *
     * @throws IOException where the file is there and cannot be read
     */
    public static Optional<String> read(Path file, @Nullable String name) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        return lines.stream()
                .map(line -> line.strip().split("\\s+", -1))
                .filter(parts -> parts.length == 2 && !parts[0].startsWith("#"))
                .filter(parts -> name == null || parts[0].equals(name))
                .map(parts -> parts[1])
                .findFirst();
    }
}
