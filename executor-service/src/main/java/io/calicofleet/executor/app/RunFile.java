package io.calicofleet.executor.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.calicofleet.event.LogKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file in which the runs of one executor on one machine follow each other. A run keeps it locked for as long as its
 * process lives, which the operating system sees to; whoever gets the lock knows that the runs named in it are over, and
 * need not wait for their leases to end.
 */
final class RunFile implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(RunFile.class);
    private static final int REMEMBERED = 16;

    private final @Nullable FileChannel locked;
    private final Set<String> over;

    private RunFile(@Nullable FileChannel locked, Set<String> over) {
        this.locked = locked;
        this.over = requireNonNull(over, "over");
    }

    /**
     * Begins a run. Where the file cannot be had, the other run lives or the disk is of no use: then no run counts as
     * over, and leases are waited for.
     *
     * @param file of this executor on this machine
     * @param run who holds the leases of this run
     */
    static RunFile begin(Path file, String run) {
        FileChannel channel = null;
        try {
            Files.createDirectories(requireNonNull(file.toAbsolutePath().getParent(), "parent"));
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                return new RunFile(null, Set.of());
            }
            String text = new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
            List<String> runs = text.lines().filter(line -> !line.isBlank()).toList();
            String now = Stream.concat(runs.stream().skip(Math.max(0, runs.size() - REMEMBERED + 1)), Stream.of(run))
                    .collect(Collectors.joining("\n", "", "\n"));
            ByteBuffer bytes = ByteBuffer.wrap(now.getBytes(UTF_8));
            for (long at = 0; bytes.hasRemaining(); ) {
                at += channel.write(bytes, at);
            }
            channel.truncate(bytes.limit());
            return new RunFile(channel, Set.copyOf(runs));
        } catch (IOException | OverlappingFileLockException e) {
            LOGGER.atInfo()
                    .addKeyValue(LogKeys.OBJECT, file)
                    .addKeyValue(LogKeys.REASON, e.toString())
                    .log("earlier runs of this executor cannot be told; their leases end by themselves");
            close(channel);
            return new RunFile(null, Set.of());
        }
    }

    /** Whether that run is over for certain. */
    boolean isOver(String run) {
        return over.contains(run);
    }

    /** Whether what lies beside the file is this run's alone. */
    boolean isOurs() {
        return locked != null;
    }

    @Override
    public void close() {
        close(locked);
    }

    private static void close(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                LOGGER.atDebug().addKeyValue(LogKeys.REASON, e.toString()).log("a file could not be closed");
            }
        }
    }
}
