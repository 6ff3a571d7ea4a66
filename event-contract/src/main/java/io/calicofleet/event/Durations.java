package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Bounds of what a message may call a duration: whoever adds them up or waits for them needs no thought of overflows. */
final class Durations {

    private static final Duration LONGEST = Duration.ofDays(3660);

    private Durations() {}

    /** @throws IllegalArgumentException where it is negative, or longer than ten years */
    static Duration bounded(@Nullable Duration duration, String name) {
        requireNonNull(duration, name);
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " is " + duration + ": from none to ten years");
        }
        return duration;
    }

    /** The same, where there may be none. */
    static @Nullable Duration boundedIfThere(@Nullable Duration duration, String name) {
        return duration == null ? null : bounded(duration, name);
    }
}
