package io.calicofleet.verifier.adapter;

import io.calicofleet.event.Event;
import io.calicofleet.event.StepJudged;

/** What the verifier publishes. */
sealed interface Outbound permits DeadLetter, Outbound.Judged {

    /** A verdict, made now or said again. */
    record Judged(Event<StepJudged> event) implements Outbound {}
}
