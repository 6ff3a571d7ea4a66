package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import io.calicofleet.broker.TemporaryBroker;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.Run;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.Undelivered;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The dead list of webhooks on a real broker, and the receiver to try them with. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WebhooksCommandIT {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final Undelivered FIRST = entry("ops", "msg_1", "2026-11-29T10:00:00Z");
    private static final Undelivered SECOND = entry("ops", "msg_2", "2026-11-29T11:00:00Z");
    private static final Undelivered OTHER = entry("pager", "msg_3", "2026-11-29T09:00:00Z");

    private static TemporaryBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = TemporaryBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void what_was_given_up_is_shown_the_oldest_first_and_sent_again_by_its_id() throws Exception {
        assertThat(run("undelivered").out()).isEqualToIgnoringNewLines("No webhook was given up.");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(Undelivered.TOPIC, 1, (short) 1)))
                    .all()
                    .get();
        }
        put(SECOND, false);
        put(FIRST, false);
        put(OTHER, false);
        put(entry("ops", "msg_4", "2026-11-29T08:00:00Z"), true);

        assertThat(run("undelivered").out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("GIVEN UP").contains("ENDPOINT", "REASON"),
                        line -> assertThat(line).contains("pager", "msg_3", "it answered 500"),
                        line -> assertThat(line).contains("ops", "msg_1", "Ada pauses prod."),
                        line -> assertThat(line).contains("ops", "msg_2"));
        assertThat(run("undelivered", "pager").out()).contains("msg_3").doesNotContain("msg_1");
        assertThat(EventJson.mapper().readTree(run("undelivered", "-o", "json").out()))
                .hasSize(3);

        assertThat(run("replay", "ops", "msg_2").out()).isEqualToIgnoringNewLines("1 webhook is sent again");
        assertThat(asked()).containsExactly("msg_2");
        assertThat(run("undelivered", "ops").out()).contains("is sent again");
        assertThat(run("replay", "ops").out()).isEqualToIgnoringNewLines("2 webhooks are sent again");
        assertThat(asked()).containsExactlyInAnyOrder("msg_2", "msg_2", "msg_1");

        Run unknown = run("replay", "ops", "msg_3");
        assertThat(unknown.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(unknown.err()).contains("no webhook of ops was given up as msg_3; there are msg_1, msg_2");
    }

    @Test
    void the_receiver_allows_who_asks_and_takes_what_is_signed_and_nothing_else() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        try (WebhookReceiver receiver = WebhookReceiver.start(0, SECRET, 202, told::add);
                HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<Void> asked = client.send(
                    HttpRequest.newBuilder(receiver.address())
                            .header("WebHook-Request-Origin", "fleet.example.com")
                            .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            assertThat(asked.headers().firstValue("WebHook-Allowed-Origin")).contains("fleet.example.com");

            String body =
                    "{\"type\":\"io.calicofleet.step.failed.v1\",\"severity\":\"critical\",\"data\":{\"summary\":\"eu-1 failed.\"}}";
            long now = InstantSource.system().instant().getEpochSecond();
            String signature = new Webhook(SECRET).sign("msg_1", now, body);
            assertThat(post(client, receiver, body, now, signature)).isEqualTo(202);
            assertThat(post(client, receiver, body, now, signature)).isEqualTo(202);
            assertThat(post(client, receiver, body + " ", now, signature)).isEqualTo(401);
            long old = now - 3600;
            assertThat(post(client, receiver, body, old, new Webhook(SECRET).sign("msg_1", old, body)))
                    .isEqualTo(401);
        }
        assertThat(told.subList(0, 3))
                .containsExactly(
                        "allowed fleet.example.com",
                        "received msg_1 step.failed critical eu-1 failed.",
                        "again    msg_1 step.failed critical eu-1 failed.");
        assertThat(told.subList(3, 5)).allSatisfy(line -> assertThat(line).startsWith("refused POST: "));
    }

    private static int post(HttpClient client, WebhookReceiver receiver, String body, long seconds, String signature)
            throws Exception {
        return client.send(
                        HttpRequest.newBuilder(receiver.address())
                                .header("webhook-id", "msg_1")
                                .header("webhook-timestamp", String.valueOf(seconds))
                                .header("webhook-signature", signature)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static Run run(String command, String... arguments) {
        List<String> all = new ArrayList<>(List.of("webhooks", command));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--bootstrap-servers", broker.bootstrapServers()));
        return Run.of(all.toArray(String[]::new));
    }

    private static Undelivered entry(String endpoint, String id, String at) {
        return new Undelivered(
                endpoint,
                id,
                "campaign.paused",
                "prod",
                "Ada pauses prod.",
                "calico-fleet.commands",
                1,
                7,
                3,
                Instant.EPOCH,
                Instant.parse(at),
                "it answered 500",
                false);
    }

    private static void put(Undelivered entry, boolean andTakeOff) throws Exception {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Undelivered.TOPIC, entry.key(), EventJson.write(entry)))
                    .get();
            if (andTakeOff) {
                producer.send(new ProducerRecord<>(Undelivered.TOPIC, entry.key(), null))
                        .get();
            }
        }
    }

    /** The ids of what was asked to be sent again. */
    private static List<String> asked() throws Exception {
        List<String> asked = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Undelivered.TOPIC).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    Undelivered entry =
                            record.value() == null ? null : EventJson.read(record.value(), Undelivered.class);
                    if (entry != null && entry.replay()) {
                        asked.add(entry.id());
                    }
                }
            }
        }
        return asked;
    }
}
