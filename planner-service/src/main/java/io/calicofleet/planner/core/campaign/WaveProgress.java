package io.calicofleet.planner.core.campaign;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a wave is, apart from its clusters.
 *
 * @param approved whether a person has approved its start
 * @param startedAt when it started; null before
 * @param finishedAt when its last cluster finished; null before, and again while one of them is retried
 * @param finishedAfter the same, in the time planners have worked
 */
public record WaveProgress(
        boolean approved,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Duration finishedAfter) {

    public WaveProgress {
        if (finishedAt != null && finishedAfter == null) {
            // One that was stored before there was this: its soak begins with the count.
            finishedAfter = Duration.ZERO;
        }
    }

    /** Not started. */
    public static final WaveProgress WAITING = new WaveProgress(false, null, null, null);

    /** Approved. */
    public WaveProgress asApproved() {
        return new WaveProgress(true, startedAt, finishedAt, finishedAfter);
    }

    /** Started. */
    public WaveProgress asStarted(PlannerTime at) {
        return new WaveProgress(approved, at.clock(), finishedAt, finishedAfter);
    }

    /** Finished, or, with null, not any more. */
    public WaveProgress asFinished(@Nullable PlannerTime at) {
        return at == null
                ? new WaveProgress(approved, startedAt, null, null)
                : new WaveProgress(approved, startedAt, at.clock(), at.worked());
    }
}
