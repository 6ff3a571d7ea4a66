package io.calicofleet.verifier.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.Event;
import io.calicofleet.event.EventIds;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.Topic;
import io.calicofleet.event.TrafficMode;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.Received;
import io.calicofleet.verifier.Observations;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The whole service against a real broker. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class VerifierServiceIT {

    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TestHTTPResource("/q/health/ready")
    URI readiness;

    @TestHTTPResource("/q/metrics")
    URI metrics;

    private KafkaProducer<String, byte[]> producer;
    private KafkaConsumer<String, Received> consumer;
    private final List<StepJudged> verdicts = new ArrayList<>();
    private final Map<String, String> keys = new HashMap<>();

    @BeforeEach
    void connect() {
        String servers = ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(get(readiness).statusCode()).isEqualTo(200));
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers, "linger.ms", 0),
                new StringSerializer(),
                new ByteArraySerializer());
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        servers,
                        "group.id",
                        "test-" + System.nanoTime(),
                        "isolation.level",
                        "read_committed",
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                EventCodec.deserializer());
        consumer.subscribe(List.of(Topic.VERDICTS.topicName()));
    }

    @AfterEach
    void disconnect() {
        producer.close();
        consumer.close();
    }

    @Test
    void judges_two_hundred_clusters_each_once_and_keys_the_verdicts_by_campaign() throws Exception {
        // When
        for (int i = 0; i < 200; i++) {
            StepId step = StepId.parse("many/c" + i + "/upgrade/1");
            request(step, GateRequirement.of(GateKind.PODS, Duration.ofMinutes(15)));
            check(step, 1);
        }
        // Then
        await().atMost(PATIENCE).untilAsserted(() -> {
            poll();
            assertThat(verdicts)
                    .filteredOn(verdict -> verdict.step().campaign().value().equals("many"))
                    .hasSize(200);
        });
        assertThat(verdicts).allMatch(verdict -> verdict.outcome() == Outcome.PASSED);
        assertThat(keys.values()).allMatch(key -> key.equals("many") || key.equals("review"));
        assertThat(get(metrics).body())
                .contains(
                        "calico_fleet_verifier_verdicts_seconds_count{outcome=\"passed\"}",
                        "calico_fleet_verifier_checks_total{outcome=\"folded\"}");
    }

    @Test
    void hears_the_traffic_of_a_cluster_whatever_the_partition_it_was_sent_to() throws Exception {
        // Given
        StepId step = StepId.parse("review/c01/review-host-endpoint-traffic/1");
        request(
                step,
                new GateRequirement(
                        GateKind.HOST_ENDPOINT_TRAFFIC,
                        Duration.ofMinutes(5),
                        Duration.ZERO,
                        TrafficMode.REQUIRED,
                        null,
                        null));
        ChecksObserved checks =
                new ChecksObserved(step, 1, true, Observations.protectedNodes(List.of("n0", "n1", "n2")), "seen");
        publish(Event.of(EventIds.checks(checks), "/test", Instant.now(), null, null, checks));
        // When each node's lines come on a partition of their own
        for (int node = 0; node < 3; node++) {
            String log = "5," + node
                    + ",1,-;calico-packet: IN=eth0 OUT= SRC=203.0.113.7 DST=10.0.0.1 PROTO=TCP SPT=1 DPT=81";
            byte[] value = EventJson.write(Map.of("cluster", "c01", "node", "n" + node, "log", log));
            producer.send(new ProducerRecord<>(Topic.TRAFFIC.topicName(), node, "n" + node, value))
                    .get();
        }
        // Then
        await().atMost(PATIENCE).untilAsserted(() -> {
            poll();
            assertThat(verdicts)
                    .filteredOn(verdict -> verdict.step().equals(step))
                    .singleElement()
                    .satisfies(verdict -> {
                        assertThat(verdict.outcome()).isEqualTo(Outcome.NEEDS_APPROVAL);
                        assertThat(verdict.review().coverage()).allMatch(coverage -> coverage.flowLines() == 1);
                    });
        });
    }

    private void request(StepId step, GateRequirement gate) throws Exception {
        StepParameters parameters = StepParameters.ofUpgrade(null, null, TARGET, null);
        StepRequested request = new StepRequested(step, List.of(gate), parameters, "please");
        publish(Event.of(EventIds.requested(step), "/test", Instant.now(), null, null, request));
    }

    private void check(StepId step, long sequence) throws Exception {
        ChecksObserved checks = new ChecksObserved(step, sequence, true, Observations.settled(TARGET), "seen");
        publish(Event.of(EventIds.checks(checks), "/test", Instant.now(), null, null, checks));
    }

    private void publish(Event<? extends FleetEvent> event) throws Exception {
        producer.send(EventCodec.record(event)).get();
    }

    private void poll() {
        for (ConsumerRecord<String, Received> record : consumer.poll(Duration.ofMillis(200))) {
            assertThat(record.value()).isInstanceOfSatisfying(Received.Parsed.class, parsed -> {
                verdicts.add((StepJudged) parsed.event().data());
                keys.put(parsed.event().attributes().id(), record.key());
            });
        }
    }

    private static HttpResponse<String> get(URI uri) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
