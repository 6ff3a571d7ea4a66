package io.calicofleet.executor.adapter.helm;

import static java.util.Objects.requireNonNull;

import io.calicofleet.executor.port.FenceException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where this process keeps what Helm needs: its library, and a folder for each call. Only this user can read it; it goes
 * with the process, or, where that was killed, with the next one that starts. A file in it is locked for as long as the
 * process lives, however it ends: so that of several executors that share a temporary folder each clears up only after
 * the dead (process ids would not tell, in containers each is number 1).
 */
final class HelmFolder {

    private static final Logger LOGGER = LoggerFactory.getLogger(HelmFolder.class);
    private static final String PREFIX = "calico-fleet-helm-";
    private static final String IN_USE = "in-use";
    private static final int ATTEMPTS = 8;

    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();
    private static final Condition NO_CALL = ONE_AT_A_TIME.newCondition();
    private static final Duration CALLS_END = Duration.ofSeconds(20);

    private static @Nullable Held held;
    private static int calls;
    private static boolean ending;

    /** The lock ends with the channel, so that has to be held on to. */
    private record Held(Path folder, FileLock lock) {}

    private HelmFolder() {}

    /**
     * The folder, made where it is not there.
     *
     * @throws FenceException where this process ends
     */
    static Path get() throws IOException {
        ONE_AT_A_TIME.lock();
        try {
            if (held == null || !Files.isDirectory(held.folder())) {
                held = take(Path.of(System.getProperty("java.io.tmpdir")));
            }
            return held.folder();
        } finally {
            ONE_AT_A_TIME.unlock();
        }
    }

    /**
     * A folder for one call; to be given to {@link #endCall}.
     *
     * @throws FenceException where this process ends: what is begun now could not be ended
     */
    static Path forCall() throws IOException {
        ONE_AT_A_TIME.lock();
        try {
            if (ending) {
                throw ending();
            }
            Path folder = Files.createTempDirectory(get(), "call-");
            calls++;
            return folder;
        } finally {
            ONE_AT_A_TIME.unlock();
        }
    }

    /** Removes the folder of a call. */
    static void endCall(Path folder) {
        boolean unused = delete(folder);
        ONE_AT_A_TIME.lock();
        try {
            calls--;
            NO_CALL.signalAll();
        } finally {
            ONE_AT_A_TIME.unlock();
        }
    }

    /** When this process ends: a call that runs needs its folder until it has let go; one that does not leaves it for the next process. */
    private static void end(Path folder) {
        ONE_AT_A_TIME.lock();
        try {
            ending = true;
            long nanos = CALLS_END.toNanos();
            while (calls > 0 && nanos > 0) {
                nanos = NO_CALL.awaitNanos(nanos);
            }
            if (calls == 0) {
                boolean unused = delete(folder);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ONE_AT_A_TIME.unlock();
        }
    }

    private static FenceException ending() {
        return new FenceException(FenceException.Why.HANDED_BACK, "this process ends; nothing more is begun in Helm");
    }

    private static Held take(Path temporary) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Path folder = Files.createTempDirectory(temporary, PREFIX);
            Path file = folder.resolve(IN_USE);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            // Somebody who clears up can come in between: then this one is theirs to remove.
            if (lock != null && Files.exists(file)) {
                return kept(new Held(folder, lock));
            }
            channel.close();
        }
        throw new IOException("no folder for Helm could be made in " + temporary);
    }

    /** Goes with this process. */
    private static Held kept(Held taken) {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(taken.folder())));
            return taken;
        } catch (IllegalStateException ends) {
            boolean unused = delete(taken.folder());
            throw ending();
        }
    }

    /**
     * Removes what processes of this user left that are no more.
     *
     * @return the folders removed
     */
    static List<Path> clearLeftovers() throws IOException {
        Path ours = get();
        Path temporary = requireNonNull(ours.getParent(), "the folder is in the temporary one");
        UserPrincipal user = Files.getOwner(ours);
        List<Path> removed = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(temporary, PREFIX + "*")) {
            for (Path folder : found) {
                // Of our own, to open and close the file would end the lock.
                if (!folder.equals(ours) && removed(folder, user)) {
                    removed.add(folder);
                }
            }
        }
        return removed;
    }

    private static boolean removed(Path folder, UserPrincipal user) {
        try {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    || !Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(user)) {
                return false;
            }
            try (FileChannel channel = FileChannel.open(folder.resolve(IN_USE), StandardOpenOption.WRITE)) {
                return channel.tryLock() != null && delete(folder);
            }
        } catch (IOException | OverlappingFileLockException e) {
            // Of somebody who is just making it, or it went while we looked.
            return false;
        }
    }

    /** Removes a folder and all in it; what cannot be removed now is left for {@link #clearLeftovers}. */
    static boolean delete(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
            return true;
        } catch (IOException | java.io.UncheckedIOException e) {
            LOGGER.atWarn().addKeyValue("folder", folder).setCause(e).log("a folder of Helm could not be removed");
            return false;
        }
    }
}
