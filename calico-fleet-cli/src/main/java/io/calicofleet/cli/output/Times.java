package io.calicofleet.cli.output;

import io.calicofleet.model.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times and durations as tables show them. */
public final class Times {

    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ssxxx", Locale.ROOT).withZone(ZoneId.systemDefault());

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mmxxx", Locale.ROOT);

    private Times() {}

    /** {@code 45s}, {@code 3m05s}, {@code 2h04m}, {@code 3d02h}. */
    public static String shortly(Duration duration) {
        return Durations.shortly(duration);
    }

    /** {@code Sat 2026-11-28 22:00+01:00 (Europe/Berlin)}. */
    public static String dated(Instant time, ZoneId zone) {
        return DATE.format(time.atZone(zone)) + " (" + zone + ")";
    }

    /** {@code 2026-11-28 22:00:07+01:00}, as the clocks here show it: the one form of a moment in all that people read. */
    public static String clock(Instant time) {
        return CLOCK.format(time);
    }
}
