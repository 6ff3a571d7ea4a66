package io.calicofleet.cli.local;

import io.calicofleet.cli.CliException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A data directory, locked for as long as a system runs in it: two brokers in one directory destroy its data. */
public final class DataDirectory implements AutoCloseable {

    private static final long MEBI = 1024 * 1024;
    private static final long LEAST_MEBI = 64;

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Creates it where it is missing and locks it.
     *
     * @throws CliException where it cannot be written, or another system runs in it
     */
    public static DataDirectory lock(Path path) {
        try {
            Files.createDirectories(path);
            FileChannel channel =
                    FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw CliException.unreachable("a calico-fleet runs with the data in " + path
                        + " already: use it, stop it, or choose another folder with --data");
            }
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            throw CliException.unreachable("cannot write " + path + ": " + e.getMessage());
        }
    }

    /**
     * A new folder that is nobody else's and goes by {@link #delete}.
     *
     * @param name what it is called after
     * @throws CliException where none can be made
     */
    public static Path temporary(String name) {
        try {
            return Files.createTempDirectory("calico-fleet-" + name);
        } catch (IOException e) {
            throw CliException.unreachable("cannot make a temporary folder: " + e.getMessage());
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** What to tell of a disk that is nearly full; empty where it is not, or nobody can tell. */
    public Optional<String> full() {
        try {
            long free = Files.getFileStore(path).getUsableSpace() / MEBI;
            return free >= LEAST_MEBI
                    ? Optional.empty()
                    : Optional.of("the disk is full: less than " + LEAST_MEBI + " MiB are left for " + path
                            + ". Make room: a broker that cannot write ends, and nothing goes on without it.");
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException expected) {
            // The lock goes with the process at the latest.
        }
    }

    /** Deletes a directory and all in it; what cannot be deleted stays. */
    public static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException expected) {
            // A temporary directory: the system clears what is left.
        }
    }

    /**
     * Deletes what a system on this machine has left in its directory, but for the logs.
     *
     * @return where they are
     */
    public static Path deleteAllButLogs(Path directory) {
        List.of("kafka", "tmp", "kubeconfigs", "cache", LocalKeys.FOLDER)
                .forEach(part -> delete(directory.resolve(part)));
        return directory.resolve("logs");
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }
}
