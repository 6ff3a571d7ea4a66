package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step a cluster has been through or is in.
 *
 * @param step the step it is about
 * @param state requested, accepted, succeeded, passed, held, expired, or failed
 * @param startedAt when it was asked for
 * @param finishedAt when it was done with
 * @param message what came of it
 */
public record StepRecord(
        StepId step,
        String state,
        Instant startedAt,
        @Nullable Instant finishedAt,
        String message) {

    public StepRecord {
        requireNonNull(step, "step");
        requireNonNull(state, "state");
        requireNonNull(startedAt, "startedAt");
        requireNonNull(message, "message");
    }
}
