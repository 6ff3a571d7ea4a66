package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody has approved a wave.
 *
 * @param by who; null where nobody said
 * @param reason why
 * @param at when
 */
public record WaveApproval(@Nullable String by, String reason, Instant at) {

    public WaveApproval {
        requireNonNull(reason, "reason");
        requireNonNull(at, "at");
    }
}
