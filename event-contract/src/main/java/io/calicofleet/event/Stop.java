package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody has stopped everything: no campaign starts a cluster until it is ended.
 *
 * @param by who; null where nobody said
 * @param reason why
 * @param at since when
 */
public record Stop(@Nullable String by, String reason, Instant at) {

    public Stop {
        requireNonNull(reason, "reason");
        requireNonNull(at, "at");
    }
}
