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
 * @param identity who, as their issuer has it; null where nobody said
 * @param breakGlass whether it counted for all that were needed, whoever may give them
 * @param digest of the {@link ApprovalSubject} it is of; null from planners that do not say
 * @param passkey the proof that they gave it, for whoever does not believe the planner; null: there is none
 */
public record WaveApproval(
        @Nullable String by,
        String reason,
        Instant at,
        @Nullable Identity identity,
        boolean breakGlass,
        @Nullable String digest,
        @Nullable PasskeyAssertion passkey) {

    public WaveApproval {
        requireNonNull(reason, "reason");
        requireNonNull(at, "at");
    }

    /** One of somebody of whom no more is known. */
    public WaveApproval(@Nullable String by, String reason, Instant at) {
        this(by, reason, at, null, false, null, null);
    }
}
