package io.calicofleet.runtime.streams;

import io.calicofleet.kafka.EventCodec;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Records of a stream that nobody could read, or that we failed on. */
public final class DeadLetters {

    private DeadLetters() {}

    /**
     * The letter of the record that is processed.
     *
     * @param service who could not read it
     * @param context tells where it came from
     * @param reason what is wrong with it
     */
    public static ProducerRecord<byte[], byte[]> of(
            String service,
            ProcessingContext context,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers,
            String reason) {
        Optional<RecordMetadata> from = context.recordMetadata();
        return EventCodec.deadLetter(
                service,
                topic(context),
                from.map(RecordMetadata::partition).orElse(-1),
                from.map(RecordMetadata::offset).orElse(-1L),
                key,
                value,
                headers,
                reason);
    }

    /** The topic of the record that is processed; empty where none is. */
    public static String topic(ProcessingContext context) {
        return context.recordMetadata().map(RecordMetadata::topic).orElse("");
    }
}
