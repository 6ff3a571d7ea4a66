package io.calicofleet.kafka;

import io.calicofleet.event.Event;
import io.calicofleet.event.EventAttributes;
import io.calicofleet.event.EventType;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.StepId;
import io.calicofleet.event.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Events to records and back. */
public final class EventCodec {

    /** A reason may quote what was sent, which may be of any length. */
    private static final int MAX_REASON = 4000;

    /** Why a record does not count; only this process sets it, for whoever else does only refuses its own record. */
    private static final String REFUSED = "refused";

    private EventCodec() {}

    /**
     * The record of {@code event}, on the topic of its type and with the key that topic is keyed by. Its timestamp is the
     * producer's: brokers refuse records from the future, and the event's own time travels in {@code ce_time}.
     */
    public static ProducerRecord<String, byte[]> record(Event<? extends FleetEvent> event) {
        Headers headers = new RecordHeaders();
        CloudEventHeaders.write(event.attributes(), headers);
        return new ProducerRecord<>(
                event.data().type().topic().topicName(),
                null,
                null,
                event.key(),
                EventJson.write(event.data()),
                headers);
    }

    /**
     * The attributes of a record that was kept as JSON, in the order in which records have them: a signature is over them in that order, and a
     * JSON object has none. What travelled beside says nothing of the event, and is left out.
     */
    public static Headers attributes(Map<String, String> kept) {
        Headers headers = new RecordHeaders();
        kept.entrySet().stream()
                .filter(each -> each.getKey().matches("ce_.*|" + CloudEventHeaders.CONTENT_TYPE))
                .sorted(Comparator.comparingInt((Map.Entry<String, String> each) -> place(each.getKey()))
                        .thenComparing(Map.Entry::getKey))
                .forEach(each -> headers.add(each.getKey(), each.getValue().getBytes(StandardCharsets.UTF_8)));
        return headers;
    }

    private static int place(String name) {
        int place = CloudEventHeaders.ORDER.indexOf(name);
        return place < 0 ? CloudEventHeaders.ORDER.size() : place;
    }

    /** From here on the record is unreadable, for this reason. */
    public static void refuse(Headers headers, String reason) {
        set(headers, REFUSED, reason);
    }

    /** What the record is. Never throws for what a record may hold. */
    public static Received read(Headers headers, byte @Nullable [] value) {
        Header refused = headers.lastHeader(REFUSED);
        if (refused != null) {
            return new Received.Unreadable(
                    value == null ? new byte[0] : value, new String(refused.value(), StandardCharsets.UTF_8));
        }
        if (value == null) {
            return new Received.Tombstone();
        }
        try {
            EventAttributes attributes = CloudEventHeaders.read(headers);
            FleetEvent data = EventJson.read(value, attributes.type().payload());
            return said(new Event<>(attributes, data), value);
        } catch (IllegalArgumentException | IOException e) {
            String message = e.getMessage();
            return new Received.Unreadable(value, message == null ? e.toString() : message);
        }
    }

    /** Who may speak is asked by the attributes, what is done is in the payload: both speak of the same. */
    private static Received said(Event<? extends FleetEvent> event, byte[] value) {
        EventAttributes told = event.attributes();
        EventAttributes own = Event.of(told.id(), told.source(), told.time(), told.actor(), told.trace(), event.data())
                .attributes();
        return agree(told.subject(), own.subject())
                        && agree(told.campaign(), own.campaign())
                        && agree(told.step(), own.step())
                ? new Received.Parsed(event)
                : new Received.Unreadable(value, "its headers say " + about(told) + ", its payload says " + about(own));
    }

    private static boolean agree(@Nullable Object one, @Nullable Object other) {
        return one == null || other == null || one.equals(other);
    }

    private static String about(EventAttributes attributes) {
        return "cluster " + attributes.subject() + ", campaign " + attributes.campaign() + ", step "
                + attributes.step();
    }

    /** The attributes in the headers, for readers that hand payloads on as they are; empty where it is no event of ours. */
    public static Optional<EventAttributes> attributes(Headers headers) {
        try {
            return Optional.of(CloudEventHeaders.read(headers));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * The step a record is about, for readers that need to know no more; empty where it is no event of this type, or its
     * step cannot be read.
     */
    public static Optional<StepId> step(Headers headers, EventType type) {
        try {
            return CloudEventHeaders.step(headers, type);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * The dead letter of a record: its key, value and headers as received, and in further headers where it came from and
     * what is wrong with it. A dead letter that is read again becomes the same dead letter: headers are replaced.
     *
     * @param by the service that could not read it
     * @param reason what is wrong with it; cut where it is longer than a header should be
     */
    public static ProducerRecord<byte[], byte[]> deadLetter(
            String by,
            String topic,
            int partition,
            long offset,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers,
            String reason) {
        RecordHeaders all = new RecordHeaders(headers.toArray());
        set(
                all,
                "dead_letter_reason",
                reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "...");
        set(all, "dead_letter_by", by);
        set(all, "dead_letter_topic", topic);
        set(all, "dead_letter_partition", String.valueOf(partition));
        set(all, "dead_letter_offset", String.valueOf(offset));
        return new ProducerRecord<>(Topic.DEAD_LETTERS.topicName(), null, key, value, all);
    }

    /** For Kafka Streams: writes events; the headers carry their attributes. */
    public static Serializer<Event<? extends FleetEvent>> serializer() {
        return new Serializer<>() {
            @Override
            public byte[] serialize(String topic, Event<? extends FleetEvent> event) {
                throw new UnsupportedOperationException("an event needs its headers");
            }

            @Override
            public byte @Nullable [] serialize(
                    String topic, Headers headers, @Nullable Event<? extends FleetEvent> event) {
                if (event == null) {
                    return null;
                }
                CloudEventHeaders.write(event.attributes(), headers);
                return EventJson.write(event.data());
            }
        };
    }

    /** For Kafka Streams and consumers: reads records; what is no event comes as {@link Received.Unreadable}. */
    public static Deserializer<Received> deserializer() {
        return new Deserializer<>() {
            @Override
            public Received deserialize(String topic, byte[] value) {
                throw new UnsupportedOperationException("an event needs its headers");
            }

            @Override
            public Received deserialize(String topic, Headers headers, byte @Nullable [] value) {
                return read(headers, value);
            }
        };
    }

    /** A serde for values kept in a state store: plain JSON, no headers. */
    public static <T> Serde<T> json(Class<T> type) {
        return Serdes.serdeFrom((topic, value) -> value == null ? null : EventJson.write(value), (topic, bytes) -> {
            try {
                return bytes == null ? null : EventJson.read(bytes, type);
            } catch (IOException e) {
                throw new IllegalStateException(
                        "the state store holds no readable " + type.getSimpleName() + ": " + e.getMessage(), e);
            }
        });
    }

    private static void set(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
