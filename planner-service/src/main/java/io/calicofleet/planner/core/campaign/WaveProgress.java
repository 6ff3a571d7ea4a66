package io.calicofleet.planner.core.campaign;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a wave is, apart from its clusters.
 *
 * @param approved whether a person has approved its start
 * @param startedAt when it started; null before
 * @param finishedAt when its last cluster finished; null before, and again while one of them is retried
 */
public record WaveProgress(
        boolean approved,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {

    /** Not started. */
    public static final WaveProgress WAITING = new WaveProgress(false, null, null);

    /** Approved. */
    public WaveProgress asApproved() {
        return new WaveProgress(true, startedAt, finishedAt);
    }

    /** Started. */
    public WaveProgress asStarted(Instant at) {
        return new WaveProgress(approved, at, finishedAt);
    }

    /** Finished, or, with null, not any more. */
    public WaveProgress asFinished(@Nullable Instant at) {
        return new WaveProgress(approved, startedAt, at);
    }
}
