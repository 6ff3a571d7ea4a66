package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Everything is stopped: no campaign starts a cluster until it is ended.
 *
 * @param by who; null where nobody said, or where it stopped by itself
 * @param reason why
 * @param at since when
 * @param failure the failure on several clusters that stopped it; null: none did
 */
public record Stop(
        @Nullable String by,
        String reason,
        Instant at,
        @Nullable SharedFailure failure) {

    public Stop {
        requireNonNull(reason, "reason");
        requireNonNull(at, "at");
    }

    /** One by a person. */
    public Stop(@Nullable String by, String reason, Instant at) {
        this(by, reason, at, null);
    }

    /** By whom, in words. */
    @JsonIgnore
    public String who() {
        return by != null ? by : failure != null ? "calico-fleet itself" : "somebody";
    }
}
