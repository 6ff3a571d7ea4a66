package io.calicofleet.planner.adapter.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.broker.TemporaryBroker;
import io.calicofleet.event.CampaignAborted;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.Sender;
import io.calicofleet.event.StepId;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Topics;
import io.calicofleet.kafka.attestation.Attestor;
import io.calicofleet.kafka.attestation.SigningKey;
import io.calicofleet.kafka.attestation.SigningProducer;
import io.calicofleet.kafka.attestation.TrustedKey;
import io.calicofleet.kafka.attestation.TrustedKeys;
import io.calicofleet.planner.Drill;
import io.calicofleet.planner.FakeFleet;
import io.calicofleet.planner.adapter.catalogue.CatalogueFile;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.PlannerSettings;
import io.calicofleet.planner.core.Retention;
import io.calicofleet.runtime.Signing;
import io.calicofleet.runtime.streams.ManagedStreams;
import io.calicofleet.runtime.streams.StreamsSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A planner that signs and checks, on a real broker, and somebody who can write to every topic. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SignedPlannerIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final List<String> CLUSTERS = List.of("c1", "c2", "c3");
    private static final int STEPS = 3;

    private final Map<Sender, SigningKey> keys = new EnumMap<>(Sender.class);
    private final AtomicInteger ended = new AtomicInteger();

    @TempDir
    private Path directory;

    private TemporaryBroker broker;
    private FakeFleet fleet;
    private Producer<String, byte[]> hostile;

    @BeforeEach
    void start() throws Exception {
        broker = TemporaryBroker.start();
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
            Topics.create(admin, Optional.empty());
        }
        Arrays.stream(Sender.values()).forEach(sender -> keys.put(sender, SigningKey.generate()));
        fleet = new FakeFleet(
                broker.bootstrapServers(),
                (sender, producer) ->
                        SigningProducer.gathering(producer, new Attestor(sender, keys.get(sender)), Duration.ZERO));
        hostile = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
        fleet.serve(CLUSTERS);
        fleet.holdBack(step -> step.ordinal() == 2);
    }

    @AfterEach
    void stop() {
        hostile.close();
        fleet.close();
        broker.close();
    }

    @Test
    void nothing_that_is_forged_moves_a_campaign_and_it_ends_as_if_nothing_had_been() throws Exception {
        try (ManagedStreams planner = planner("one")) {
            planner.start();
            create("honest");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(asked(2)).hasSize(CLUSTERS.size()));
            List<FleetEvent> lies = new ArrayList<>();
            for (StepId step : asked(2)) {
                lies.addAll(List.of(Drill.accepted(step), Drill.succeeded(step), Drill.passed(step)));
            }
            var spec = Drill.spec(Drill.document("forged", STEPS, CLUSTERS));
            lies.add(new CampaignCreated(spec.name(), spec, ""));
            lies.add(new CampaignAborted(CampaignName.of("honest"), "", ""));

            int sent = 0;
            for (FleetEvent lie : lies) {
                for (ProducerRecord<String, byte[]> record : asLiesAre(lie)) {
                    hostile.send(record).get();
                    sent++;
                }
            }
            int all = sent;
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(refused()).hasSize(all));
            assertThat(refused()).allSatisfy(why -> assertThat(why).containsAnyOf("signed", "signature"));
            assertThat(asked(3)).as("before the steps were really done").isEmpty();

            fleet.holdBack(step -> false);
            asked(2).forEach(fleet::finish);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(asked(3)).hasSize(CLUSTERS.size()));
            assertThat(fleet.requests().keySet())
                    .allSatisfy(step -> assertThat(step.campaign()).isEqualTo(CampaignName.of("honest")));
            assertThat(ended).hasValue(0);
        }
    }

    @Test
    void a_planner_does_not_go_on_from_a_state_that_somebody_has_changed() throws Exception {
        try (ManagedStreams planner = planner("one")) {
            planner.start();
            create("honest");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(asked(2)).hasSize(CLUSTERS.size()));
        }
        try (ManagedStreams again = planner("again")) {
            again.start();
            await().atMost(PATIENCE).until(() -> again.notReady().isEmpty());
            assertThat(ended).as("its own state it believes").hasValue(0);
        }
        for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
            hostile.send(new ProducerRecord<>(
                            "planners-" + PlannerTopology.HEADERS + "-changelog",
                            partition,
                            "honest",
                            "{}".getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
        try (ManagedStreams deceived = planner("deceived")) {
            deceived.start();

            await().atMost(PATIENCE).until(() -> ended.get() > 0);
        }
        assertThat(asked(3)).isEmpty();
    }

    /** A lie of nobody, of a stranger, and of a part that may not say it. */
    private List<ProducerRecord<String, byte[]>> asLiesAre(FleetEvent lie) {
        Sender sender = lie.type().topic().sender().orElseThrow();
        Sender other = sender == Sender.EXECUTOR ? Sender.VERIFIER : Sender.EXECUTOR;
        return List.of(
                record(lie),
                signed(record(lie), sender, SigningKey.generate()),
                signed(record(lie), sender, keys.get(other)),
                signed(record(lie), other, keys.get(other)));
    }

    private static ProducerRecord<String, byte[]> signed(
            ProducerRecord<String, byte[]> record, Sender sender, SigningKey key) {
        List<ProducerRecord<String, byte[]>> sent = new ArrayList<>();
        try (var sink = new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
                var producer = SigningProducer.gathering(sink, new Attestor(sender, key), Duration.ZERO)) {
            var unused = producer.send(record);
            sent.addAll(sink.history());
        }
        return sent.getFirst();
    }

    private static ProducerRecord<String, byte[]> record(FleetEvent event) {
        return EventCodec.record(Event.of("forged", "/test", Instant.now(), "mallory", null, event));
    }

    private void create(String name) {
        var spec = Drill.spec(Drill.document(name, STEPS, CLUSTERS));
        fleet.say(new CampaignCreated(spec.name(), spec, ""));
    }

    private List<StepId> asked(int ordinal) {
        return fleet.requests().keySet().stream()
                .filter(step -> step.ordinal() == ordinal)
                .toList();
    }

    /** What was refused so far, each with a letter of its own. */
    private List<String> refused() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put("isolation.level", "read_committed");
        List<String> reasons = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, Topic.PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(Topic.DEAD_LETTERS.topicName(), partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record -> reasons.add(new String(
                                record.headers()
                                        .lastHeader("dead_letter_reason")
                                        .value(),
                                StandardCharsets.UTF_8)));
            }
        }
        return reasons;
    }

    private ManagedStreams planner(String name) {
        PlannerCore core = new PlannerCore(CatalogueFile.load(), PlannerSettings.DEFAULT);
        StreamMeters meters = new StreamMeters(new SimpleMeterRegistry());
        List<TrustedKey> trusted = new ArrayList<>();
        keys.forEach((sender, key) -> trusted.add(
                TrustedKey.of(sender, sender == Sender.EXECUTOR ? List.of("*") : List.of(), false, key.publicKey())));
        return new ManagedStreams(
                () -> PlannerTopology.build(core::decide, Duration.ofMillis(200), new Retention(Duration.ZERO), meters),
                new StreamsSettings(
                                "planners",
                                1,
                                0,
                                -1,
                                directory.resolve(name).toString(),
                                Duration.ofMillis(20),
                                Duration.ofSeconds(6),
                                Duration.ofSeconds(5))
                        .properties(Map.of(), Map.of("bootstrap.servers", broker.bootstrapServers())),
                Signing.with(Sender.PLANNER, keys.get(Sender.PLANNER), new TrustedKeys(trusted)),
                meters::failed,
                ended::incrementAndGet,
                InstantSource.system(),
                Duration.ofSeconds(10));
    }
}
