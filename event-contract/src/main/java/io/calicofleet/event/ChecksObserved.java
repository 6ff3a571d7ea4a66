package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * What an executor sees of a cluster while a step is judged.
 *
 * @param step the step it is about
 * @param sequence counts up within one run of one executor
 * @param acted whether the step has done what it does
 * @param observation what it sees
 * @param summary one sentence for people
 */
public record ChecksObserved(StepId step, long sequence, boolean acted, ClusterObservation observation, String summary)
        implements FleetEvent {

    public ChecksObserved {
        requireNonNull(step, "step");
        requireNonNull(observation, "observation");
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.CHECKS_OBSERVED;
    }
}
