package io.calicofleet.planner.adapter.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.broker.TemporaryBroker;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.Sender;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import io.calicofleet.kafka.Topics;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two planners on a real broker: campaigns that are created at the same moment, on the same clusters. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClaimsIT {

    private static final int CAMPAIGNS = 4;
    private static final int STEPS = 3;
    private static final List<String> CLUSTERS =
            IntStream.rangeClosed(1, 12).mapToObj(number -> "c" + number).toList();

    @TempDir
    private Path directory;

    private TemporaryBroker broker;
    private FakeFleet fleet;
    private final List<ManagedStreams> planners = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        broker = TemporaryBroker.start();
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
            Topics.create(admin, Optional.empty());
        }
        fleet = new FakeFleet(broker.bootstrapServers());
        fleet.serve(CLUSTERS);
    }

    @AfterEach
    void stop() {
        planners.forEach(ManagedStreams::close);
        fleet.close();
        broker.close();
    }

    @Test
    void each_cluster_is_acted_on_by_one_campaign_after_the_other_also_when_a_planner_goes_away() {
        fleet.holdBack(step -> step.ordinal() == 2);
        planner("one");
        planner("two");
        for (int i = 0; i < CAMPAIGNS; i++) {
            var spec = Drill.spec(Drill.document("k" + i, STEPS, CLUSTERS));
            fleet.say(new CampaignCreated(spec.name(), spec, ""));
        }
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(
                                fleet.requests().keySet().stream().filter(step -> step.ordinal() == 2))
                        .hasSize(CLUSTERS.size()));

        planners.getFirst().close();
        fleet.holdBack(step -> false);
        fleet.requests().keySet().stream().filter(step -> step.ordinal() == 2).forEach(fleet::finish);

        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(phases())
                        .hasSize(CAMPAIGNS)
                        .allSatisfy((name, phase) -> assertThat(phase).isEqualTo(CampaignPhase.SUCCEEDED)));
        assertThat(fleet.requests())
                .hasSize(CAMPAIGNS * CLUSTERS.size() * STEPS)
                .allSatisfy((step, times) -> assertThat(times).isEqualTo(1));
        asked().forEach(ClaimsIT::oneAfterTheOther);
    }

    private static void oneAfterTheOther(String cluster, List<StepRequested> requests) {
        List<CampaignName> order = new ArrayList<>();
        long epoch = 0;
        for (StepRequested request : requests) {
            CampaignName campaign = request.step().campaign();
            if (order.isEmpty() || !order.getLast().equals(campaign)) {
                order.add(campaign);
                assertThat(request.parameters().epoch()).as(cluster).isGreaterThan(epoch);
            } else {
                assertThat(request.parameters().epoch()).as(cluster).isEqualTo(epoch);
            }
            epoch = request.parameters().epoch();
        }
        assertThat(order).as(cluster).hasSize(CAMPAIGNS).doesNotHaveDuplicates();
    }

    private void planner(String name) {
        PlannerCore core = new PlannerCore(CatalogueFile.load(), PlannerSettings.DEFAULT);
        StreamMeters meters = new StreamMeters(new SimpleMeterRegistry());
        ManagedStreams planner = new ManagedStreams(
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
                Signing.none(Sender.PLANNER),
                meters::failed,
                () -> {},
                InstantSource.system(),
                Duration.ofSeconds(10));
        planners.add(planner);
        planner.start();
    }

    private Map<CampaignName, CampaignPhase> phases() {
        Map<CampaignName, CampaignPhase> phases = new TreeMap<>();
        read(Topic.STATUS).forEach(data -> {
            if (data instanceof CampaignStatus status) {
                phases.put(status.campaign(), status.phase());
            }
        });
        return phases;
    }

    private Map<String, List<StepRequested>> asked() {
        Map<String, List<StepRequested>> asked = new TreeMap<>();
        read(Topic.STEPS).forEach(data -> {
            StepRequested request = (StepRequested) data;
            asked.computeIfAbsent(request.step().cluster().value(), unused -> new ArrayList<>())
                    .add(request);
        });
        return asked;
    }

    /** What was committed on a topic, in the order of its partitions. */
    private List<Object> read(Topic topic) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put("isolation.level", "read_committed");
        List<Object> read = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(properties, new StringDeserializer(), EventCodec.deserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, Topic.PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(topic.topicName(), partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    if (record.value() instanceof Received.Parsed parsed) {
                        read.add(parsed.event().data());
                    }
                });
            }
        }
        return read;
    }
}
