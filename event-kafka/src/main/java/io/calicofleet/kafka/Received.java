package io.calicofleet.kafka;

import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;

/** What a record turned out to be. A record nobody can read is a value too: it goes to the dead letters. */
public sealed interface Received permits Received.Parsed, Received.Tombstone, Received.Unreadable {

    /**
     * An event.
     *
     * @param event the event
     */
    record Parsed(Event<? extends FleetEvent> event) implements Received {}

    /** A record without a value: on a compacted topic, its key is gone. */
    record Tombstone() implements Received {}

    /**
     * Not an event of ours.
     *
     * @param value the record's value as it came
     * @param reason what is wrong with it, and where
     */
    @SuppressWarnings("ArrayRecordComponent") // raw bytes on their way to the dead letters; never compared
    record Unreadable(byte[] value, String reason) implements Received {}
}
