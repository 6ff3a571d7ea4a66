package io.calicofleet.planner.adapter.live;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.calicofleet.event.EventAttributes;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.port.LiveEvents.LiveEvent;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * An event with where it was read. Its payload is not taken apart: it only goes through.
 *
 * @param event the event
 * @param partition where it was read
 * @param offset its offset there
 * @param timestamp when its record was made, in milliseconds since 1970
 */
record RawEvent(LiveEvent event, TopicPartition partition, long offset, long timestamp) {

    /**
     * The event the record holds; empty where it is none, a tombstone or something nobody can read, or is not asked for.
     */
    static Optional<RawEvent> of(ConsumerRecord<byte[], byte[]> record, Predicate<EventAttributes> wanted) {
        byte[] value = record.value();
        if (value == null) {
            return Optional.empty();
        }
        return EventCodec.attributes(record.headers())
                .filter(wanted)
                .filter(attributes -> isObject(value))
                .map(attributes -> of(record, attributes, value));
    }

    private static RawEvent of(ConsumerRecord<byte[], byte[]> record, EventAttributes attributes, byte[] value) {
        return new RawEvent(
                new LiveEvent(attributes, value),
                new TopicPartition(record.topic(), record.partition()),
                record.offset(),
                record.timestamp());
    }

    /** One client must not receive broken JSON because one sender wrote it. */
    private static boolean isObject(byte[] value) {
        try (JsonParser parser = EventJson.mapper().createParser(value)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            parser.skipChildren();
            return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
        } catch (IOException expected) {
            return false;
        }
    }
}
