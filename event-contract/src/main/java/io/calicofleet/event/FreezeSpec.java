package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A time in which no cluster is started, whatever the windows say.
 *
 * @param from when it begins
 * @param to when it ends
 * @param reason why, for people
 */
public record FreezeSpec(Instant from, Instant to, String reason) {

    public FreezeSpec {
        requireNonNull(from, "from");
        requireNonNull(to, "to");
        requireNonNull(reason, "reason");
    }
}
