package io.calicofleet.planner.adapter.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.Received;
import io.calicofleet.planner.core.Retention;
import io.calicofleet.planner.core.claim.ClaimState;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** The planner's topology without a broker: what goes in and what comes out, in our words. */
final class PlannerDriver implements AutoCloseable {

    private static final String APPLICATION = "test";

    private final AtomicLong steady = new AtomicLong();
    private final TopologyTestDriver driver;

    PlannerDriver(Decider core, MeterRegistry meters, Instant start) {
        this(core, meters, start, Duration.ZERO);
    }

    /** One that keeps campaigns that are over for a while. */
    PlannerDriver(Decider core, MeterRegistry meters, Instant start, Duration keep) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
        driver = new TopologyTestDriver(
                PlannerTopology.build(
                        core,
                        Duration.ofMillis(200),
                        new Retention(keep),
                        new StreamMeters(meters),
                        new WorkedTime.Clock(steady::get, Duration.ofDays(1000))),
                properties,
                start);
    }

    void pipe(Event<? extends FleetEvent> event) {
        var record = EventCodec.record(event);
        pipe(event.data().type().topic(), record.key(), record.value(), record.headers());
    }

    void pipe(Topic topic, String key, byte[] value, Headers headers) {
        driver.createInputTopic(topic.topicName(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(key, value, headers));
    }

    void pipe(ProducerRecord<byte[], byte[]> record) {
        driver.createInputTopic(record.topic(), new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(record.key(), record.value(), record.headers()));
    }

    void advance(Duration time) {
        steady.addAndGet(time.toNanos());
        driver.advanceWallClockTime(time);
    }

    /** Somebody sets the clock ahead; no time passes. */
    void setAhead(Duration time) {
        driver.advanceWallClockTime(time);
    }

    /** What was published since the last call. */
    List<Event<? extends FleetEvent>> published(Topic topic) {
        return records(topic).stream()
                .<Event<? extends FleetEvent>>map(record -> switch (EventCodec.read(record.headers(), record.value())) {
                    case Received.Parsed parsed -> parsed.event();
                    case Received.Tombstone tombstone -> throw new AssertionError("a tombstone");
                    case Received.Unreadable unreadable -> throw new AssertionError(unreadable.reason());
                })
                .toList();
    }

    List<TestRecord<byte[], byte[]>> records(Topic topic) {
        return driver.createOutputTopic(topic.topicName(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    /** The newest value of each key. */
    Map<String, byte[]> changelog(String store) {
        Map<String, byte[]> newest = new TreeMap<>();
        driver.createOutputTopic(
                        APPLICATION + "-" + store + "-changelog", new StringDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList()
                .forEach(record -> newest.put(record.key(), record.value()));
        return newest;
    }

    /** How many entries a store has. */
    long size(String store) {
        return driver.getKeyValueStore(store).approximateNumEntries();
    }

    /** Puts what changelogs hold into the stores, as a restore does. */
    void restore(Map<String, byte[]> headers, Map<String, byte[]> clusters, Map<String, byte[]> claims) {
        KeyValueStore<String, byte[]> headerStore = driver.getKeyValueStore(PlannerTopology.HEADERS);
        headers.forEach(headerStore::put);
        KeyValueStore<String, byte[]> clusterStore = driver.getKeyValueStore(PlannerTopology.CLUSTERS);
        clusters.forEach(clusterStore::put);
        KeyValueStore<String, ClaimState> claimStore = driver.getKeyValueStore(PlannerTopology.CLAIMS);
        claims.forEach((key, value) -> claimStore.put(key, read(value, ClaimState.class)));
    }

    @Override
    public void close() {
        driver.close();
    }

    static String header(TestRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private static <T> T read(byte[] value, Class<T> type) {
        try {
            return EventJson.read(value, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
