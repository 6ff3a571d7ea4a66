package io.calicofleet.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.cli.view.CampaignWatch;
import io.calicofleet.cli.view.Snapshot;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.Event;
import io.calicofleet.event.EventType;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real processes, a simulated fleet, and {@code kill -9} for each service while the campaign runs. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KillNineIT {

    private static final int CLUSTERS = 4;

    @TempDir
    private Path folder;

    @Test
    @Timeout(600)
    void a_campaign_completes_though_every_service_is_killed_and_nothing_happens_twice() throws Exception {
        try (LiveFleet fleet = LiveFleet.start(folder, CLUSTERS, false)) {
            FleetClient client = fleet.client;
            List<String> told = fleet.told;
            client.post("/campaigns", DemoCampaign.document(CLUSTERS, false));
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> client.get("/campaigns")
                            .findValuesAsText("campaign")
                            .contains(DemoCampaign.NAME));
            Set<FleetService> killed = new HashSet<>();
            ReviewApprover approver = new ReviewApprover(client, DemoCampaign.NAME, told::add);

            Snapshot last = new CampaignWatch(client, DemoCampaign.NAME, told::add)
                    .follow(
                            snapshot -> {
                                killOne(fleet.system, snapshot, killed);
                                approver.approve(snapshot);
                            },
                            approver::mayGoOn);

            assertThat(last.campaign().phase()).as(String.join("\n", told)).isEqualTo(CampaignPhase.SUCCEEDED);
            assertThat(killed).containsExactlyInAnyOrderElementsOf(FleetService.ALWAYS);
            assertThat(told)
                    .filteredOn(line -> line.contains("ended (signal 9)"))
                    .hasSize(FleetService.ALWAYS.size());
            nothingWasWrittenTwice(fleet.clusters, last);
            nothingWasDecidedTwice(events(fleet.system.bootstrapServers()));
        }
    }

    /** One service at each mark of the campaign, the executor in the middle of an upgrade. */
    private static void killOne(LocalSystem system, Snapshot snapshot, Set<FleetService> killed) {
        boolean upgrading = snapshot.clusters().stream()
                .anyMatch(cluster -> cluster.phase() == ClusterPhase.RUNNING
                        && cluster.step() != null
                        && cluster.step().kind() == StepKind.UPGRADE);
        long done = snapshot.clusters().stream()
                .filter(cluster -> cluster.phase() == ClusterPhase.SUCCEEDED)
                .count();
        FleetService next = !killed.contains(FleetService.EXECUTOR) && upgrading
                ? FleetService.EXECUTOR
                : !killed.contains(FleetService.VERIFIER) && done >= 1 && upgrading
                        ? FleetService.VERIFIER
                        : !killed.contains(FleetService.PLANNER) && killed.contains(FleetService.VERIFIER)
                                ? FleetService.PLANNER
                                : null;
        if (next != null) {
            system.pid(next.id()).ifPresent(pid -> {
                system.kill(next.id());
                killed.add(next);
            });
        }
    }

    /** In the clusters: every object of Calico was created, changed or deleted once for each thing that had to happen. */
    private static void nothingWasWrittenTwice(SimulatedFleet fleet, Snapshot last) {
        for (var status : last.clusters()) {
            Map<String, Integer> writes = new TreeMap<>();
            for (JsonNode entry : fleet.cluster(status.cluster().value()).path("audit")) {
                String resource = entry.path("resource").asText();
                String name = entry.path("name").asText();
                boolean bookkeeping = resource.contains("leases") || name.startsWith("calico-fleet");
                if (entry.path("code").asInt() < 300 && !entry.path("dryRun").asBoolean() && !bookkeeping) {
                    writes.merge(entry.path("verb").asText() + " " + resource + " " + name, 1, Integer::sum);
                }
            }
            assertThat(writes).as("writes in " + status.cluster()).isNotEmpty();
            // A host endpoint is labelled for the protection, labelled for the suggested policy, and unlabelled.
            assertThat(writes)
                    .allSatisfy((write, count) ->
                            assertThat(count).as(write).isLessThanOrEqualTo(write.contains("hostendpoints") ? 3 : 1));
        }
    }

    /** On the topics, duplicates left out by their id: each step was asked for once and has one end and one verdict. */
    private static void nothingWasDecidedTwice(List<Event<? extends FleetEvent>> events) {
        assertThat(ids(events, EventType.STEP_REQUESTED)).doesNotHaveDuplicates();
        for (List<EventType> ends : List.of(
                List.of(EventType.STEP_SUCCEEDED, EventType.STEP_FAILED, EventType.STEP_HELD),
                List.of(EventType.STEP_JUDGED))) {
            Map<StepId, Set<String>> byStep = events.stream()
                    .filter(event -> ends.contains(event.attributes().type()))
                    .collect(Collectors.groupingBy(
                            event -> event.attributes().step(),
                            Collectors.mapping(event -> event.attributes().id(), Collectors.toSet())));
            assertThat(byStep)
                    .isNotEmpty()
                    .allSatisfy((step, ids) -> assertThat(ids).as(step.encode()).hasSize(1));
        }
        assertThat(events).noneMatch(event -> event.attributes().type() == EventType.STEP_FAILED);
    }

    private static List<String> ids(List<Event<? extends FleetEvent>> events, EventType type) {
        return events.stream()
                .filter(event -> event.attributes().type() == type)
                .map(event -> event.attributes().id())
                .toList();
    }

    private static List<Event<? extends FleetEvent>> events(String bootstrapServers) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("isolation.level", "read_committed");
        List<Event<? extends FleetEvent>> events = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(Arrays.stream(Topic.values())
                    .filter(topic -> topic != Topic.TRAFFIC && topic != Topic.DEAD_LETTERS)
                    .flatMap(topic -> IntStream.range(0, Topic.PARTITIONS)
                            .mapToObj(number -> new TopicPartition(topic.topicName(), number)))
                    .toList());
            consumer.seekToBeginning(consumer.assignment());
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (EventCodec.read(record.headers(), record.value()) instanceof Received.Parsed parsed) {
                        events.add(parsed.event());
                    }
                }
            }
        }
        return events;
    }
}
