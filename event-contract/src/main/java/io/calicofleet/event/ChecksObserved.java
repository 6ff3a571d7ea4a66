package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an executor sees of a cluster while a step is judged.
 *
 * @param step the step it is about
 * @param sequence counts up within one run of one executor, together with {@link SightLost}
 * @param acted whether the step has done what it does
 * @param observation what it sees
 * @param summary one sentence for people
 * @param next within what time the executor speaks again, whatever happens; later is silence; null where an older executor does not say
 * @param run tells runs of executors apart, since a restarted one counts anew; null: it does not say
 */
public record ChecksObserved(
        StepId step,
        long sequence,
        boolean acted,
        ClusterObservation observation,
        String summary,
        @Nullable Duration next,
        @Nullable String run)
        implements FleetEvent {

    public ChecksObserved {
        requireNonNull(step, "step");
        requireNonNull(observation, "observation");
        requireNonNull(summary, "summary");
        Durations.boundedIfThere(next, "next");
    }

    /** One that says neither when the executor speaks again nor which run of it this is. */
    public ChecksObserved(StepId step, long sequence, boolean acted, ClusterObservation observation, String summary) {
        this(step, sequence, acted, observation, summary, null, null);
    }

    @Override
    public EventType type() {
        return EventType.CHECKS_OBSERVED;
    }
}
