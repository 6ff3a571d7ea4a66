package io.calicofleet.verifier.adapter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.calicofleet.kafka.EventJson;
import io.calicofleet.runtime.streams.DeadLetters;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A record nobody could read, or that we failed on.
 *
 * @param letter as it is to be published, the reason in its headers
 */
record DeadLetter(ProducerRecord<byte[], byte[]> letter) implements Inbound, Outbound {

    private static final String SERVICE = "verifier";

    /** The letter of a record that says nothing readable, as it came. */
    static DeadLetter of(
            Record<byte[], byte[]> record, ProcessingContext context, VerifierMeters meters, String reason) {
        return of(record.key(), record.value(), record.headers(), context, meters, reason);
    }

    /** The letter of a record that was read and that we failed on; as we read it. */
    static DeadLetter of(
            Record<String, Inbound> record, ProcessingContext context, VerifierMeters meters, RuntimeException bug) {
        return of(
                record.key().getBytes(UTF_8),
                EventJson.write(record.value()),
                record.headers(),
                context,
                meters,
                "a bug of ours: " + bug);
    }

    private static DeadLetter of(
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers,
            ProcessingContext context,
            VerifierMeters meters,
            String reason) {
        meters.deadLetter(DeadLetters.topic(context));
        return new DeadLetter(DeadLetters.of(SERVICE, context, key, value, headers, reason));
    }
}
