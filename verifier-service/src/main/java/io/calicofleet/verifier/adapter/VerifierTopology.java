package io.calicofleet.verifier.adapter;

import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.Topic;
import io.calicofleet.event.TrafficLine;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.runtime.streams.PromptCommit;
import io.calicofleet.verifier.core.verification.Verification;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;

/**
 * How records flow:
 *
 * <pre>
 * steps, checks ── events intake ──────────────────────────┐
 *                                                          ├─ verify ── verdicts
 * traffic ── traffic intake ── repartition by cluster ─────┘
 *                  └──────────────┴────────────────────────── dead-letters
 * </pre>
 *
 * <p>The traffic is repartitioned because foreign log shippers choose their own keys and partitioners (librdkafka's default
 * is not Java's); so a line reaches its cluster's verification whatever its key is.
 */
public final class VerifierTopology {

    /** The newest observation of a large cluster, or the review of its traffic, is kept as one value. */
    private static final int MAX_STATE_BYTES = Topic.MAX_RECORD_BYTES + 1024 * 1024;

    private static final Map<String, String> CHANGELOG =
            Map.of("max.message.bytes", String.valueOf(MAX_STATE_BYTES), "segment.bytes", "67108864");

    private VerifierTopology() {}

    /** The topology. */
    public static Topology build(VerifierOptions options, VerifierMeters meters) {
        StreamsBuilder builder = new StreamsBuilder();
        PromptCommit commit = new PromptCommit();
        Serde<byte[]> bytes = Serdes.ByteArray();
        builder.addStateStore(Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(VerifyProcessor.VERIFICATIONS),
                        Serdes.String(),
                        EventCodec.json(Verification.class))
                .withLoggingEnabled(CHANGELOG));
        builder.addStateStore(Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(VerifyProcessor.TRAFFIC),
                        Serdes.String(),
                        EventCodec.json(TrafficEntry.class))
                .withLoggingEnabled(CHANGELOG));

        KStream<String, Inbound> events = builder.stream(
                        List.of(Topic.STEPS.topicName(), Topic.CHECKS.topicName()),
                        Consumed.with(bytes, bytes).withName("events"))
                .process(RecordDecoder.events(meters), Named.as("events-intake"));
        KStream<String, Inbound> traffic = builder.stream(
                        Topic.TRAFFIC.topicName(), Consumed.with(bytes, bytes).withName("traffic"))
                .process(RecordDecoder.traffic(meters), Named.as("traffic-intake"));
        KStream<String, Inbound> lines = traffic.filter(
                        (cluster, content) -> content instanceof Inbound.Heard, Named.as("lines"))
                .mapValues(VerifierTopology::line, Named.as("line"))
                .repartition(Repartitioned.with(Serdes.String(), EventCodec.json(TrafficLine.class))
                        .withName("traffic-by-cluster")
                        .withNumberOfPartitions(options.partitions()))
                .mapValues(VerifierTopology::heard, Named.as("heard"));
        KStream<String, Outbound> judged = events.merge(lines, Named.as("inputs"))
                .process(
                        () -> new VerifyProcessor(options, meters, commit),
                        Named.as("verify"),
                        VerifyProcessor.VERIFICATIONS,
                        VerifyProcessor.TRAFFIC);
        judged.filter((key, value) -> value instanceof Outbound.Said, Named.as("judged"))
                .mapValues(VerifierTopology::event, Named.as("verdict"))
                .to(
                        Topic.VERDICTS.topicName(),
                        Produced.with(Serdes.String(), written()).withName("verdicts"));
        Produced<byte[], byte[]> produced = Produced.with(bytes, bytes);
        traffic.filter((key, value) -> value instanceof DeadLetter, Named.as("unreadable-lines"))
                .process(DeadLetterWriter<Inbound>::new, Named.as("dead-lines"))
                .to(Topic.DEAD_LETTERS.topicName(), produced.withName("dead-letters-of-traffic"));
        judged.filter((key, value) -> value instanceof DeadLetter, Named.as("unreadable-events"))
                .process(DeadLetterWriter<Outbound>::new, Named.as("dead-events"))
                .to(Topic.DEAD_LETTERS.topicName(), produced.withName("dead-letters-of-events"));
        return builder.build();
    }

    /** What is best for it: short transactions, for a verdict is seen only once its transaction is committed. */
    public static Map<String, Object> tuning() {
        return Map.of(
                StreamsConfig.POLL_MS_CONFIG,
                10,
                StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG,
                500,
                // A commit sends what waits at once; what is sent before costs requests and is seen no earlier.
                StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
                100,
                StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG),
                131_072,
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                MAX_STATE_BYTES,
                StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG),
                4 * MAX_STATE_BYTES,
                StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG),
                4 * MAX_STATE_BYTES);
    }

    private static TrafficLine line(Inbound content) {
        return switch (content) {
            case Inbound.Heard heard -> heard.line();
            case Inbound.Requested requested -> throw new IllegalStateException("steps are not repartitioned");
            case Inbound.Checked checked -> throw new IllegalStateException("checks are not repartitioned");
            case Inbound.Lost lost -> throw new IllegalStateException("checks are not repartitioned");
            case DeadLetter letter -> throw new IllegalStateException("dead letters are not repartitioned");
        };
    }

    private static Inbound heard(TrafficLine line) {
        return new Inbound.Heard(line);
    }

    private static Event<? extends FleetEvent> event(Outbound content) {
        return switch (content) {
            case Outbound.Said said -> said.event();
            case DeadLetter letter -> throw new IllegalStateException("a dead letter is no event");
        };
    }

    private static Serde<Event<? extends FleetEvent>> written() {
        return Serdes.serdeFrom(EventCodec.serializer(), (topic, data) -> {
            throw new UnsupportedOperationException("verdicts are only written here");
        });
    }

    /** Publishes dead letters as they are. */
    private static final class DeadLetterWriter<V> extends ContextualProcessor<String, V, byte[], byte[]> {

        @Override
        public void process(Record<String, V> record) {
            if (record.value() instanceof DeadLetter dead) {
                ProducerRecord<byte[], byte[]> letter = dead.letter();
                context().forward(new Record<>(letter.key(), letter.value(), record.timestamp(), letter.headers()));
            }
        }
    }
}
