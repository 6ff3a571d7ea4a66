package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.LogKeys;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import io.calicofleet.planner.adapter.streams.StreamMeters.Result;
import io.calicofleet.runtime.trace.Traced;
import io.calicofleet.runtime.trace.Tracing;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all processors do with a record: its event is handled, or it goes to the dead letters and is counted as what it is.
 *
 * @param <P> what there is while a partition is assigned here
 */
abstract class RecordProcessor<P> implements Processor<byte[], byte[], Object, Object> {

    private static final Logger LOGGER = LoggerFactory.getLogger(RecordProcessor.class);

    private final StreamMeters meters;
    private @Nullable P partition;
    private @Nullable ProcessorContext<Object, Object> context;

    RecordProcessor(StreamMeters meters) {
        this.meters = meters;
    }

    /** A partition is assigned: what there is for it. */
    abstract P open(ProcessorContext<Object, Object> context);

    @Override
    public final void init(ProcessorContext<Object, Object> context) {
        this.context = context;
        partition = open(context);
    }

    @Override
    public final void close() {
        partition = null;
        context = null;
    }

    /** What {@link #open} gave. */
    final P partition() {
        if (partition == null) {
            throw new IllegalStateException("Kafka Streams uses a processor it has closed");
        }
        return partition;
    }

    /**
     * Handles an event.
     *
     * @throws TooLargeException where what comes of it fits into no record; then nothing has changed
     */
    abstract void event(Record<byte[], byte[]> record, Event<? extends FleetEvent> event);

    /** Where the dead letters of the partition at hand go. */
    abstract Outputs outputs();

    @Override
    public final void process(Record<byte[], byte[]> record) {
        try {
            switch (EventCodec.read(record.headers(), record.value())) {
                case Received.Parsed parsed -> traced(record, parsed.event());
                case Received.Unreadable unreadable -> deadLetter(record, unreadable.reason(), Result.UNREADABLE);
                case Received.Tombstone tombstone -> meters.input(StreamMeters.NO_TYPE, Result.NOTHING);
            }
        } catch (TooLargeException e) {
            deadLetter(record, String.valueOf(e.getMessage()), Result.TOO_LARGE);
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            // A fault of ours would meet the same record after each start, and nothing would be decided any more.
            LOGGER.atError().setCause(e).log("a record could not be processed");
            deadLetter(record, "bug in the planner: " + e, Result.BUG);
        }
    }

    private void traced(Record<byte[], byte[]> record, Event<? extends FleetEvent> event) {
        try (Traced work = traced(event)) {
            try {
                event(record, event);
            } catch (RuntimeException e) {
                work.failed(e.getClass().getSimpleName());
                throw e;
            }
        }
    }

    /** Claims and failures are so many that only what is asked for because of them is seen. */
    private Traced traced(Event<? extends FleetEvent> event) {
        RecordMetadata from = context == null ? null : context.recordMetadata().orElse(null);
        if (from == null) {
            return Tracing.untraced(event.attributes().trace());
        }
        return switch (event.data().type().topic()) {
            case COMMANDS, PROGRESS, VERDICTS ->
                Tracing.process(event.attributes(), from.topic(), from.partition(), from.offset());
            case CLAIM_ANSWERS ->
                Tracing.processQuietly(event.attributes(), from.topic(), from.partition(), from.offset());
            default -> Tracing.untraced(event.attributes().trace());
        };
    }

    /** Whether it has the key of what it is about; one that has not may be on a wrong partition, and goes to the dead letters. */
    final boolean isKeyed(Record<byte[], byte[]> record, String what, String name) {
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        boolean right = key.equals(name);
        if (!right) {
            deadLetter(
                    record,
                    "the key is '" + key + "', not the " + what + " '" + name + "': it may be on a wrong partition",
                    Result.UNREADABLE);
        }
        return right;
    }

    final void deadLetter(Record<byte[], byte[]> record, String reason, Result result) {
        LOGGER.atWarn().addKeyValue(LogKeys.REASON, reason).log("a record goes to the dead letters");
        meters.input(StreamMeters.NO_TYPE, result);
        outputs().deadLetter(record, reason);
    }
}
