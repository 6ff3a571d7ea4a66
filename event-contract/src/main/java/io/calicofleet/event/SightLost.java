package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * An executor that observes a cluster does not see it: its API server does not answer, or what was heard last is too old.
 * Said at once and again at the steady interval; the next {@link ChecksObserved} says that it is seen again.
 *
 * @param step the step it is about
 * @param sequence counts up within one run of one executor, together with {@link ChecksObserved}
 * @param stale for how long before this what was seen may have been old already; zero where that is not so
 * @param reason why, in the words of whoever does not answer
 * @param summary one sentence for people
 * @param next within what time the executor speaks again, whatever happens
 * @param run tells runs of executors apart, as in {@link ChecksObserved}
 */
public record SightLost(
        StepId step, long sequence, Duration stale, String reason, String summary, Duration next, String run)
        implements FleetEvent {

    public SightLost {
        requireNonNull(step, "step");
        Durations.bounded(stale, "stale");
        reason = Lines.shortened(requireNonNull(reason, "reason"));
        summary = Lines.shortened(requireNonNull(summary, "summary"));
        Durations.bounded(next, "next");
        requireNonNull(run, "run");
    }

    @Override
    public EventType type() {
        return EventType.SIGHT_LOST;
    }
}
