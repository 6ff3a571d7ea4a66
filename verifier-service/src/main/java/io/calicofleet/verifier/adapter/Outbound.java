package io.calicofleet.verifier.adapter;

import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;

/** What the verifier publishes. */
sealed interface Outbound permits DeadLetter, Outbound.Said {

    /** A verdict, made now or said again, or what gates miss before there is one. */
    record Said(Event<? extends FleetEvent> event) implements Outbound {}
}
