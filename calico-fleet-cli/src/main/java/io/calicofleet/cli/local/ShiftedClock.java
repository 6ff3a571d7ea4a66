package io.calicofleet.cli.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The wall clock of a process that somebody sets: the machine's, and the milliseconds that are in a file, which may change at any moment.
 * What counts from a start, {@link System#nanoTime()}, nobody can set, here as on a real machine.
 *
 * <p>{@link ClockAgent} puts the three methods in the place of the JDK's. This class uses nothing but the JDK.
 */
public final class ShiftedClock {

    private static final int BYTES = Long.BYTES;

    private static volatile ByteBuffer shift = ByteBuffer.allocate(BYTES);

    private ShiftedClock() {}

    /** Follows what is in the file from now on. */
    static void follow(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            shift = channel.map(FileChannel.MapMode.READ_ONLY, 0, BYTES);
        }
    }

    /** Sets the clock of whoever follows the file: so much ahead of the machine's, or behind it. */
    static void set(Path file, Duration ahead) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES).putLong(0, ahead.toMillis());
        }
    }

    /** In the place of {@link System#currentTimeMillis()}. */
    public static long currentTimeMillis() {
        return System.currentTimeMillis() + shift.getLong(0);
    }

    /** In the place of {@link Instant#now()}. */
    public static Instant now() {
        return Instant.now().plusMillis(shift.getLong(0));
    }

    /** In the place of {@link InstantSource#system()}. */
    public static InstantSource system() {
        return ShiftedClock::now;
    }
}
