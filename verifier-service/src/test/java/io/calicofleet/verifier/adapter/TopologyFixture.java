package io.calicofleet.verifier.adapter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.Event;
import io.calicofleet.event.EventIds;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.GatesMissing;
import io.calicofleet.event.SightLost;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.Topic;
import io.calicofleet.event.TraceContext;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.Received;
import io.calicofleet.runtime.streams.StreamsSettings;
import io.calicofleet.verifier.core.traffic.KernelLogParser;
import io.calicofleet.verifier.core.traffic.TrafficLimits;
import io.calicofleet.verifier.core.verification.Verification;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The topology without Kafka, with a clock of its own. */
final class TopologyFixture implements AutoCloseable {

    static final Duration LIMIT = Duration.ofDays(2);
    static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    static final Duration EVERY = Duration.ofSeconds(10);
    static final Duration FORGET_AFTER = Duration.ofDays(7);
    static final TraceContext TRACE = new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null);

    final CountingMeters meters = new CountingMeters();
    private Instant now = START;

    /** What the verifier measures by: it goes on as time does, whatever {@link #now} is set to. */
    private Instant steady = START;

    private final List<GatesMissing> missing = new ArrayList<>();
    private long sequence = 100;
    private TopologyTestDriver driver = driver();

    static String packet(int port) {
        return "Nov 23 10:00:03 n1 kernel: [1.5] calico-packet: IN=eth0 OUT= MAC=ee SRC=203.0.113.7 DST=10.0.0.1 LEN=60 "
                + "TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=45588 DPT=" + port + " SYN URGP=0";
    }

    void request(String step, GateRequirement... gates) {
        StepParameters parameters = StepParameters.ofUpgrade(null, null, CalicoVersion.of(3, 22, 5), null);
        StepRequested request =
                new StepRequested(StepId.parse(step), List.of(gates), parameters, "please", LIMIT, null);
        publish(Event.of(EventIds.requested(request.step()), "/calico-fleet/planner", now, null, TRACE, request), now);
    }

    /** A request under a grant of the cluster. */
    void requestGranted(String step, long epoch, GateRequirement... gates) {
        StepParameters parameters = StepParameters.ofUpgrade(null, null, CalicoVersion.of(3, 22, 5), null)
                .withEpoch(epoch, 0);
        StepRequested request =
                new StepRequested(StepId.parse(step), List.of(gates), parameters, "please", LIMIT, null);
        publish(Event.of(EventIds.requested(request.step()), "/calico-fleet/planner", now, null, TRACE, request), now);
    }

    /** Any record. */
    void pipe(ProducerRecord<byte[], byte[]> record) {
        pipe(record.topic(), new TestRecord<>(record.key(), record.value(), record.headers(), now));
    }

    void check(String step, String run, long sequence, boolean acted, ClusterObservation observation) {
        publish(checks(step, run, sequence, acted, observation, now), now);
    }

    void checkAt(String step, String run, long sequence, ClusterObservation observation, Instant at) {
        publish(checks(step, run, sequence, true, observation, at), at);
    }

    void lose(String step, String run, long sequence, Duration stale, String reason) {
        SightLost lost = new SightLost(StepId.parse(step), sequence, stale, reason, "not seen", EVERY, run);
        publish(Event.of(EventIds.sightLost(lost), "/calico-fleet/executor", now, null, null, lost), now);
    }

    void line(String cluster, String node, String log) {
        raw("traffic", cluster, json(Map.of("cluster", cluster, "node", node, "log", log)), null);
    }

    void raw(String topic, @Nullable String key, @Nullable String value, @Nullable Headers headers) {
        pipe(
                Topic.PREFIX + topic,
                new TestRecord<>(
                        key == null ? null : key.getBytes(UTF_8),
                        value == null ? null : value.getBytes(UTF_8),
                        headers,
                        now));
    }

    String json(Object value) {
        return new String(EventJson.write(value), UTF_8);
    }

    /** Time passes, for the clocks and by the measure of the verifier. */
    void advance(Duration by) {
        steady = steady.plus(by);
        setClock(by);
    }

    /** The clock of the machine is set forward: no time passes. */
    void setClock(Duration by) {
        now = now.plus(by);
        driver.advanceWallClockTime(by);
    }

    /** Time passes while the clock of the machine is set back again and again: none of Kafka's ticks comes. */
    void advanceWithClockSetBack(Duration by) {
        steady = steady.plus(by);
    }

    /** The executor observes for {@code time}, every ten seconds. */
    void watch(String step, String run, ClusterObservation observation, Duration time) {
        for (Duration passed = EVERY; passed.compareTo(time) <= 0; passed = passed.plus(EVERY)) {
            advance(EVERY);
            check(step, run, ++sequence, true, observation);
        }
    }

    List<TestRecord<String, StepJudged>> verdicts() {
        List<TestRecord<String, StepJudged>> verdicts = new ArrayList<>();
        for (TestRecord<String, Received> record : driver.createOutputTopic(
                        Topic.VERDICTS.topicName(), new StringDeserializer(), EventCodec.deserializer())
                .readRecordsToList()) {
            assertThat(record.value()).isInstanceOfSatisfying(Received.Parsed.class, parsed -> {
                if (parsed.event().data() instanceof GatesMissing said) {
                    missing.add(said);
                } else {
                    StepJudged judged = (StepJudged) parsed.event().data();
                    verdicts.add(new TestRecord<>(record.key(), judged, record.headers(), record.timestamp()));
                }
            });
        }
        return verdicts;
    }

    /** What gates were said to miss, so far; a verdict there is by now counts as read. */
    List<List<String>> missing() {
        verdicts();
        return missing.stream().map(GatesMissing::missing).toList();
    }

    TestRecord<String, StepJudged> onlyVerdict() {
        List<TestRecord<String, StepJudged>> verdicts = verdicts();
        assertThat(verdicts).hasSize(1);
        return verdicts.getFirst();
    }

    List<TestRecord<byte[], byte[]>> deadLetters() {
        return driver.createOutputTopic(
                        Topic.DEAD_LETTERS.topicName(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    String header(TestRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    Map<String, Verification> storedVerifications() {
        return entries(VerifyProcessor.VERIFICATIONS);
    }

    Map<String, TrafficEntry> storedTraffic() {
        return entries(VerifyProcessor.TRAFFIC);
    }

    /** Starts anew with nothing but what the stores hold. */
    void restart() {
        restartAfter(Duration.ofSeconds(1));
    }

    void restartAfter(Duration pause) {
        Map<String, Verification> verifications = storedVerifications();
        Map<String, TrafficEntry> traffic = storedTraffic();
        driver.close();
        now = now.plus(pause);
        steady = steady.plus(pause);
        driver = driver();
        // The driver has no changelog to restore from; the processor reads the stores when its first record comes.
        KeyValueStore<String, Verification> first = driver.getKeyValueStore(VerifyProcessor.VERIFICATIONS);
        KeyValueStore<String, TrafficEntry> second = driver.getKeyValueStore(VerifyProcessor.TRAFFIC);
        verifications.forEach(first::put);
        traffic.forEach(second::put);
    }

    @Override
    public void close() {
        driver.close();
    }

    /** As the service has them. */
    static Properties settings(String broker, Path directory) {
        Properties settings = new Properties();
        settings.putAll(new StreamsSettings(
                        "verifiers",
                        1,
                        0,
                        -1,
                        directory.toString(),
                        Duration.ofMillis(20),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(5))
                .properties(VerifierTopology.tuning(), Map.of("bootstrap.servers", broker)));
        return settings;
    }

    private TopologyTestDriver driver() {
        Properties settings = settings("none:1", Path.of(System.getProperty("java.io.tmpdir"), "verifier-topology"));
        VerifierOptions options = new VerifierOptions(
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                FORGET_AFTER,
                KernelLogParser.DEFAULT_PREFIX,
                TrafficLimits.DEFAULT,
                6,
                () -> steady);
        return new TopologyTestDriver(VerifierTopology.build(options, meters), settings, now);
    }

    private <V> Map<String, V> entries(String name) {
        KeyValueStore<String, V> store = driver.getKeyValueStore(name);
        Map<String, V> entries = new HashMap<>();
        try (var all = store.all()) {
            all.forEachRemaining(entry -> entries.put(entry.key, entry.value));
        }
        return entries;
    }

    private static Event<ChecksObserved> checks(
            String step, String run, long sequence, boolean acted, ClusterObservation observation, Instant at) {
        ChecksObserved checks =
                new ChecksObserved(StepId.parse(step), sequence, acted, observation, "seen", EVERY, run);
        return Event.of(EventIds.checks(checks), "/calico-fleet/executor", at, null, null, checks);
    }

    private void publish(Event<? extends FleetEvent> event, Instant at) {
        ProducerRecord<String, byte[]> record = EventCodec.record(event);
        pipe(record.topic(), new TestRecord<>(record.key().getBytes(UTF_8), record.value(), record.headers(), at));
    }

    private void pipe(String topic, TestRecord<byte[], byte[]> record) {
        driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(record);
    }
}
