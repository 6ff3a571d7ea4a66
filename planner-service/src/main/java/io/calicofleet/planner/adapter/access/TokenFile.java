package io.calicofleet.planner.adapter.access;

import static java.util.Objects.requireNonNull;

import io.calicofleet.model.Digests;
import io.calicofleet.planner.core.access.Person;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens by which the planner itself knows people: a line each, {@code NAME TOKEN}. The file is read anew when it changes, so that
 * a token can be replaced or withdrawn while the planner runs. Only digests of tokens are kept in memory.
 */
public final class TokenFile {

    /** What each token begins with, by which it is told from one of an OpenID provider. */
    public static final String PREFIX = "cft_";

    private static final Logger LOGGER = LoggerFactory.getLogger(TokenFile.class);

    private static final String FORM = PREFIX + "[A-Za-z0-9_-]{32,200}";
    private static final String NAME = "[A-Za-z0-9@._-]{1,200}";
    private static final int BYTES = 32;
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");

    private final Path file;
    private Map<String, Person> people = Map.of();
    private @Nullable FileTime readAt;

    private TokenFile(Path file) {
        this.file = file;
    }

    /** The file, written with a token for {@code name} where there is none yet; only its owner can read it then. */
    public static TokenFile madeFor(Path file, String name) throws IOException {
        byte[] token = new byte[BYTES];
        new SecureRandom().nextBytes(token);
        String line = name.replaceAll("[^A-Za-z0-9@._-]", "-") + " " + PREFIX
                + Base64.getUrlEncoder().withoutPadding().encodeToString(token) + "\n";
        Path folder = requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
        Files.createDirectories(folder);
        boolean posix = Files.getFileStore(folder).supportsFileAttributeView("posix");
        FileAttribute<?>[] attributes =
                posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER)} : new FileAttribute<?>[0];
        try (var channel = Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
            LOGGER.atInfo().addKeyValue("file", file).log("a token for this machine is made");
        } catch (FileAlreadyExistsException there) {
            LOGGER.atDebug().addKeyValue("file", file).log("the token is there already");
        }
        return of(file);
    }

    /**
     * The file, which has to be there.
     *
     * @throws IOException where it cannot be read, or a line of it is none
     */
    public static TokenFile of(Path file) throws IOException {
        TokenFile tokens = new TokenFile(file);
        tokens.read();
        return tokens;
    }

    /** Whose token it is; empty: nobody's. */
    public synchronized Optional<Person> owner(String token) {
        try {
            FileTime changed = Files.getLastModifiedTime(file);
            if (!changed.equals(readAt)) {
                read();
            }
        } catch (IOException e) {
            // Who cannot be looked up is not let in.
            people = Map.of();
            readAt = null;
            LOGGER.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", e.getMessage())
                    .log("no token counts: their file cannot be read");
        }
        return Optional.ofNullable(people.get(Digests.sha256(token)));
    }

    private synchronized void read() throws IOException {
        FileTime changed = Files.getLastModifiedTime(file);
        Map<String, Person> read = new HashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.strip().split("\\s+", -1);
            if (parts.length != 2 || !parts[0].matches(NAME) || !parts[1].matches(FORM)) {
                // The line is not quoted: it may hold a token.
                throw new IOException(file + ", line " + number + ": a line is NAME TOKEN, and a token is " + PREFIX
                        + " and at least 32 letters, digits, '_' or '-'");
            }
            read.put(Digests.sha256(parts[1]), Person.local(parts[0]));
        }
        people = Map.copyOf(read);
        readAt = changed;
    }
}
