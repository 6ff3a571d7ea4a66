package io.calicofleet.verifier.core.gate;

import static java.util.Objects.requireNonNull;

import io.calicofleet.model.Durations;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A time in which nobody saw the cluster.
 *
 * @param after what the clock of the executor said when it was last seen; null: it never was
 * @param length how long it was; null where nobody can tell
 * @param why the reason
 */
record Pause(@Nullable Instant after, @Nullable Duration length, String why) {

    Pause {
        requireNonNull(why, "why");
    }

    Pause longer(@Nullable Duration more, String reason) {
        return new Pause(after, length == null || more == null ? null : length.plus(more), reason);
    }

    @Override
    public String toString() {
        return "not seen " + (length == null ? "for a time nobody measured" : "for " + Durations.shortly(length))
                + (after == null ? "" : ", from " + Basics.second(after) + " on") + ": " + why;
    }
}
