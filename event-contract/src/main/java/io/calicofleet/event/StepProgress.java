package io.calicofleet.event;

/** What an executor reports of a step. The last three end the acting; observing may go on. */
public sealed interface StepProgress extends FleetEvent
        permits StepAccepted, StepFailed, StepHeld, StepProgressed, StepSucceeded {

    /** The step it is about. */
    StepId step();
}
