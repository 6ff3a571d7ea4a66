package io.calicofleet.integrations.adapter.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.broker.TemporaryBroker;
import io.calicofleet.integrations.Events;
import io.calicofleet.integrations.core.Tries;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.Undelivered;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks from a real broker to real servers: outages, restarts, and what is given up. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WebhooksIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration DAY = Duration.ofDays(1);
    private static final List<String> CAMPAIGNS = List.of("one", "two", "three");

    private static TemporaryBroker broker;
    private static KafkaProducer<String, byte[]> producer;

    @TempDir
    private Path folder;

    private final String name = "e" + UUID.randomUUID().toString().substring(0, 8);
    private final Receiver receiver = new Receiver();
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(receiver));

    @BeforeAll
    static void startBroker() {
        broker = TemporaryBroker.start();
        producer = new KafkaProducer<>(client(), new StringSerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void stopBroker() {
        producer.close();
        broker.close();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    @Test
    void an_endpoint_that_was_away_gets_everything_in_order_and_keeps_no_other_waiting() throws Exception {
        Receiver other = new Receiver();
        opened.add(other);
        receiver.answers(503);
        webhooks(DAY, endpoint(name, receiver), endpoint(name + "-other", other));
        publish(1, 5);

        await().atMost(PATIENCE).until(() -> other.taken().size() == 15 && receiver.refused() >= 6);
        assertThat(receiver.taken()).isEmpty();
        receiver.answers(204);
        publish(6, 10);

        await().atMost(PATIENCE)
                .until(() -> ids(receiver).size() == 30 && ids(other).size() == 30);
        inOrder(receiver, 10);
        inOrder(other, 10);
    }

    @Test
    void a_killed_process_goes_on_where_it_was_with_its_tries_and_repeats_itself_under_the_same_id() throws Exception {
        receiver.answers(503);
        write(endpoint(name, receiver));
        Process first = process();
        awaitGroup();
        publish(1, 5);
        await().atMost(PATIENCE)
                .until(() -> tries().isPresent() && tries().get().count() >= 2);
        first.destroyForcibly().waitFor();
        Tries before = tries().orElseThrow();

        Process second = process();
        await().atMost(PATIENCE).until(() -> tries().map(Tries::count).orElse(0) > before.count());
        assertThat(tries().orElseThrow().first()).isEqualTo(before.first());
        receiver.answers(204);
        await().atMost(PATIENCE).until(() -> !receiver.taken().isEmpty());
        second.destroyForcibly().waitFor();
        process();
        publish(6, 10);

        await().atMost(PATIENCE).until(() -> ids(receiver).size() == 30);
        Map<String, String> bodies = new HashMap<>();
        receiver.taken()
                .forEach(one -> assertThat(
                                bodies.merge(one.id(), one.body(), (old, again) -> old.equals(again) ? old : "another"))
                        .isEqualTo(one.body()));
        inOrder(receiver, 10);
    }

    @Test
    void what_is_given_up_stands_on_the_dead_list_until_it_is_sent_again() throws Exception {
        receiver.answers(500);
        webhooks(Duration.ZERO, endpoint(name, receiver));
        publish(1, 1);
        await().atMost(PATIENCE).until(() -> listed().size() == 3);
        Undelivered one = listed().values().iterator().next();
        assertThat(one.reason()).isEqualTo("it answered 500");
        assertThat(one.tries()).isEqualTo(1);
        assertThat(one.summary()).startsWith("Ada pauses ");

        request(one);
        await().atMost(PATIENCE).until(() -> listed().get(one.key()).tries() == 2);
        receiver.answers(204);
        publish(2, 2);
        await().atMost(PATIENCE).until(() -> receiver.taken().size() == 3);
        request(listed().get(one.key()));

        await().atMost(PATIENCE).until(() -> listed().size() == 2 && !listed().containsKey(one.key()));
        assertThat(ids(receiver)).hasSize(4).contains(one.id());
    }

    @Test
    void what_its_endpoint_is_not_to_know_or_is_there_no_more_is_not_sent_again() throws Exception {
        webhooks(Duration.ZERO, endpoint(name, receiver));
        awaitGroup();
        var meta = producer.send(EventCodec.record(Events.failed("one"))).get();
        Undelivered hidden = new Undelivered(
                name,
                "msg_x",
                "step.failed",
                "one",
                "",
                meta.topic(),
                meta.partition(),
                meta.offset(),
                1,
                Instant.now(),
                Instant.now(),
                "",
                true);
        request(hidden);

        await().atMost(PATIENCE)
                .until(() -> listed().containsKey(hidden.key())
                        && listed().get(hidden.key()).reason().contains("not for this endpoint"));
        assertThat(receiver.taken()).isEmpty();
    }

    private void inOrder(Receiver of, int most) throws IOException {
        Map<String, Set<Integer>> numbers = new LinkedHashMap<>();
        for (Receiver.Taken one : of.taken()) {
            JsonNode event = EventJson.mapper().readTree(one.body());
            numbers.computeIfAbsent(event.path("campaign").asText(), campaign -> new LinkedHashSet<>())
                    .add(Integer.parseInt(
                            event.path("data").path("reason").asText().substring(7)));
        }
        assertThat(numbers.keySet()).containsExactlyInAnyOrderElementsOf(CAMPAIGNS);
        assertThat(numbers.values())
                .allSatisfy(some -> assertThat(some)
                        .containsExactlyElementsOf(
                                IntStream.rangeClosed(1, most).boxed().toList()));
    }

    private static Set<String> ids(Receiver of) {
        Set<String> ids = new LinkedHashSet<>();
        of.taken().forEach(one -> ids.add(one.id()));
        return ids;
    }

    private static void publish(int from, int to) {
        for (int number = from; number <= to; number++) {
            for (String campaign : CAMPAIGNS) {
                producer.send(EventCodec.record(Events.paused(campaign, number)));
            }
        }
        producer.flush();
    }

    private String endpoint(String called, Receiver where) throws IOException {
        Files.writeString(folder.resolve("secret"), Receiver.SECRET);
        return "- {name: " + called + ", url: \"" + where.url() + "\", secretFile: secret, types: [campaign.paused]}\n";
    }

    private Path write(String... endpoints) throws IOException {
        return Files.writeString(
                folder.resolve("webhooks.yaml"),
                "apiVersion: calico-fleet/v1\nkind: Webhooks\nendpoints:\n" + String.join("", endpoints));
    }

    private void webhooks(Duration giveUpAfter, String... endpoints) throws Exception {
        Webhooks webhooks = WebhooksProcess.webhooks(write(endpoints), client(), giveUpAfter);
        opened.add(webhooks);
        try (Admin admin = Admin.create(client())) {
            webhooks.start(admin);
        }
        awaitGroup();
    }

    /** A new endpoint is told what comes from now on: once it has a position on each partition. */
    private void awaitGroup() {
        await().atMost(PATIENCE).until(() -> offsets().size() == 7);
    }

    private Map<TopicPartition, String> offsets() throws Exception {
        Map<TopicPartition, String> offsets = new HashMap<>();
        try (Admin admin = Admin.create(client())) {
            admin.listConsumerGroupOffsets(EndpointDelivery.GROUP + name)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, kept) -> offsets.put(partition, kept.metadata()));
        }
        return offsets;
    }

    private Optional<Tries> tries() throws Exception {
        return offsets().values().stream()
                .flatMap(text -> Tries.parse(text).stream())
                .max((a, b) -> a.count() - b.count());
    }

    private Process process() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        WebhooksProcess.class.getName(),
                        broker.bootstrapServers(),
                        folder.resolve("webhooks.yaml").toString(),
                        DAY.toString())
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), "log"))
                .start();
        opened.add(() -> process.destroyForcibly().waitFor(30, TimeUnit.SECONDS));
        return process;
    }

    private void request(Undelivered entry) {
        producer.send(
                new ProducerRecord<>(Undelivered.TOPIC, entry.key(), EventJson.write(entry.again(Instant.now()))));
        producer.flush();
    }

    /** The dead list of this endpoint, without what is asked for again and not answered yet. */
    private Map<String, Undelivered> listed() throws IOException {
        Map<String, Undelivered> listed = new LinkedHashMap<>();
        TopicPartition partition = new TopicPartition(Undelivered.TOPIC, 0);
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(client(), new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    if (!record.key().startsWith(name + "/")) {
                        continue;
                    }
                    if (record.value() == null) {
                        listed.remove(record.key());
                    } else {
                        listed.put(record.key(), EventJson.read(record.value(), Undelivered.class));
                    }
                }
            }
        }
        return listed;
    }

    private static Map<String, Object> client() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }
}
