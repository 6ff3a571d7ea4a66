package io.calicofleet.verifier.adapter;

import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.Event;
import io.calicofleet.event.EventAttributes;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.SightLost;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.Topic;
import io.calicofleet.event.TrafficLine;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.Received;
import io.calicofleet.runtime.trace.Traced;
import io.calicofleet.runtime.trace.Tracing;
import io.calicofleet.verifier.core.gate.Blindness;
import io.calicofleet.verifier.core.gate.Check;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Reads records as they come and hands on what they hold, keyed by cluster. What cannot be read becomes a dead letter. */
final class RecordDecoder extends ContextualProcessor<byte[], byte[], String, Inbound> {

    private static final int MAX_NODE_NAME = 253;
    private static final int MAX_LINE = 64 * 1024;
    /** A request and an observation are kept in one record: both together fit into one of {@link VerifierTopology}. */
    private static final int MAX_REQUEST = Topic.MAX_RECORD_BYTES * 11 / 16;

    private static final int MAX_CHECK = Topic.MAX_RECORD_BYTES * 9 / 16;

    private final Function<Record<byte[], byte[]>, Reading> reader;
    private final VerifierMeters meters;

    private RecordDecoder(Function<Record<byte[], byte[]>, Reading> reader, VerifierMeters meters) {
        this.reader = reader;
        this.meters = meters;
    }

    /** What a record holds, or why it holds nothing. */
    private record Reading(
            String cluster,
            @Nullable Inbound content,
            String problem,
            @Nullable EventAttributes event) {

        static Reading of(String cluster, Inbound content) {
            return new Reading(cluster, content, "", null);
        }

        static Reading unreadable(String problem) {
            return new Reading("", null, problem, null);
        }

        Reading of(EventAttributes read) {
            return new Reading(cluster, content, problem, read);
        }
    }

    /** Reads the topics of events. */
    static ProcessorSupplier<byte[], byte[], String, Inbound> events(VerifierMeters meters) {
        return () -> new RecordDecoder(RecordDecoder::readEvent, meters);
    }

    /** Reads what the log shippers send. */
    static ProcessorSupplier<byte[], byte[], String, Inbound> traffic(VerifierMeters meters) {
        return () -> new RecordDecoder(record -> readLine(record, meters), meters);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Reading reading = reader.apply(record);
        Inbound content = reading.content();
        if (content != null) {
            // What is judged because of it is judged before this returns.
            try (Traced work = traced(content, reading.event())) {
                try {
                    context().forward(new Record<>(reading.cluster(), content, record.timestamp()));
                } catch (RuntimeException e) {
                    work.failed(e.getClass().getSimpleName());
                    throw e;
                }
            }
            return;
        }
        DeadLetter letter = DeadLetter.of(record, context(), meters, reading.problem());
        context().forward(new Record<>("", letter, record.timestamp()));
    }

    /** There are checks all the time: those are seen of which a word comes. */
    private Traced traced(Inbound content, @Nullable EventAttributes event) {
        RecordMetadata from = context().recordMetadata().orElse(null);
        if (event == null || from == null) {
            return Tracing.untraced(null);
        }
        return content instanceof Inbound.Requested
                ? Tracing.process(event, from.topic(), from.partition(), from.offset())
                : Tracing.processQuietly(event, from.topic(), from.partition(), from.offset());
    }

    private static Reading readEvent(Record<byte[], byte[]> record) {
        return switch (EventCodec.read(record.headers(), record.value())) {
            case Received.Unreadable unreadable -> Reading.unreadable(unreadable.reason());
            case Received.Tombstone tombstone -> Reading.unreadable("the record has no value");
            case Received.Parsed parsed -> {
                int most = parsed.event().data() instanceof StepRequested ? MAX_REQUEST : MAX_CHECK;
                int bytes = record.value().length;
                yield bytes > most
                        ? Reading.unreadable("the record has " + bytes + " bytes; at most " + most + " are judged")
                        : readEvent(parsed.event()).of(parsed.event().attributes());
            }
        };
    }

    private static Reading readEvent(Event<? extends FleetEvent> event) {
        Instant at = event.attributes().time();
        return switch (event.data()) {
            case StepRequested request ->
                Reading.of(
                        request.step().cluster().value(),
                        new Inbound.Requested(request, event.attributes().trace(), at));
            case ChecksObserved checks ->
                Reading.of(
                        checks.step().cluster().value(),
                        new Inbound.Checked(
                                checks.step(),
                                new Check(
                                        Objects.requireNonNullElse(checks.run(), ""),
                                        checks.sequence(),
                                        checks.acted(),
                                        checks.observation(),
                                        at,
                                        checks.next())));
            case SightLost lost ->
                Reading.of(
                        lost.step().cluster().value(),
                        new Inbound.Lost(
                                lost.step(),
                                new Blindness(lost.run(), lost.sequence(), lost.stale(), lost.reason(), lost.next())));
            case FleetEvent other -> Reading.unreadable(other.type() + " does not belong on this topic");
        };
    }

    private static Reading readLine(Record<byte[], byte[]> record, VerifierMeters meters) {
        byte[] value = record.value();
        if (value == null) {
            return Reading.unreadable("the record has no value");
        }
        try {
            TrafficLine line = EventJson.read(value, TrafficLine.class);
            if (line.node().isBlank() || line.node().length() > MAX_NODE_NAME) {
                return Reading.unreadable("node is blank or longer than " + MAX_NODE_NAME + " characters");
            }
            if (line.log().length() > MAX_LINE) {
                return Reading.unreadable(
                        "log is longer than " + MAX_LINE + " characters; the kernel writes no such line");
            }
            String cluster = line.cluster().value();
            byte[] key = record.key();
            if (key == null || !cluster.equals(new String(key, StandardCharsets.UTF_8))) {
                meters.line(VerifierMeters.Line.KEY_DIFFERS);
            }
            return Reading.of(cluster, new Inbound.Heard(line));
        } catch (IOException e) {
            return Reading.unreadable("no traffic line: " + e.getMessage());
        }
    }
}
