package io.calicofleet.planner.core.campaign;

import io.calicofleet.event.WaveApproval;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a wave is, apart from its clusters.
 *
 * @param approved whether it was approved, by as many as have to
 * @param approvals those that were given and hold
 * @param startedAt when it started; null before
 * @param finishedAt when its last cluster finished; null before, and again while one of them is retried
 * @param finishedAfter the same, in the time planners have worked
 */
public record WaveProgress(
        boolean approved,
        List<WaveApproval> approvals,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Duration finishedAfter) {

    public WaveProgress {
        // One that was stored before there was this: whoever approved it was not kept.
        approvals = approvals == null ? List.of() : List.copyOf(approvals);
        if (finishedAt != null && finishedAfter == null) {
            // One that was stored before there was this: its soak begins with the count.
            finishedAfter = Duration.ZERO;
        }
    }

    /** Not started. */
    public static final WaveProgress WAITING = new WaveProgress(false, List.of(), null, null, null);

    /** With these approvals, which are enough or not. */
    public WaveProgress asApproved(boolean enough, List<WaveApproval> given) {
        return new WaveProgress(enough, given, startedAt, finishedAt, finishedAfter);
    }

    /** Started. */
    public WaveProgress asStarted(PlannerTime at) {
        return new WaveProgress(approved, approvals, at.clock(), finishedAt, finishedAfter);
    }

    /** Finished, or, with null, not any more. */
    public WaveProgress asFinished(@Nullable PlannerTime at) {
        return at == null
                ? new WaveProgress(approved, approvals, startedAt, null, null)
                : new WaveProgress(approved, approvals, startedAt, at.clock(), at.worked());
    }
}
