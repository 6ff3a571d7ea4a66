package io.calicofleet.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The most memory a process has had resident, as Linux counts it ({@code VmHWM}). */
public final class PeakMemory {

    private static final Pattern HIGH_WATER = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");

    private PeakMemory() {}

    /** In MiB, rounded up; empty where the system does not tell. */
    public static OptionalLong mebibytes(long pid) {
        try {
            Matcher matcher = HIGH_WATER.matcher(Files.readString(Path.of("/proc", String.valueOf(pid), "status")));
            return matcher.find()
                    ? OptionalLong.of((Long.parseLong(matcher.group(1)) + 1023) / 1024)
                    : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
