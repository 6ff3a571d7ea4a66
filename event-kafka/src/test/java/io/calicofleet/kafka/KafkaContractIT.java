package io.calicofleet.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.broker.TemporaryBroker;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.Event;
import io.calicofleet.event.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KafkaContractIT {

    private static TemporaryBroker broker;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TemporaryBroker.start();
        Topics.create(broker.bootstrapServers());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void an_event_comes_back_from_a_real_broker_as_it_was_sent() throws Exception {
        // Given
        CampaignName campaign = CampaignName.of("calico-3-22");
        Event<CampaignPaused> sent = Event.of(
                "command-1",
                "/calico-fleet/planner",
                Instant.parse("2026-11-23T10:00:00Z"),
                "ada",
                null,
                new CampaignPaused(campaign, "lunch", "ada paused calico-3-22: lunch"));
        // When
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(EventCodec.record(sent)).get();
        }
        // Then
        ConsumerRecord<String, Received> record = first(Topic.COMMANDS);
        assertThat(record.key()).isEqualTo("calico-3-22");
        assertThat(record.value()).isEqualTo(new Received.Parsed(sent));
        assertThat(record.headers().lastHeader("ce_specversion").value())
                .asString()
                .isEqualTo("1.0");
    }

    @Test
    void creating_the_topics_again_creates_nothing_and_their_settings_are_those_of_the_contract() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            // When
            List<Topic> created = Topics.create(admin, Optional.empty());
            // Then
            assertThat(created).isEmpty();
            assertThat(Topics.missing(admin)).isEmpty();
            ConfigResource status = new ConfigResource(ConfigResource.Type.TOPIC, Topic.STATUS.topicName());
            assertThat(admin.describeConfigs(List.of(status))
                            .values()
                            .get(status)
                            .get()
                            .get("cleanup.policy")
                            .value())
                    .isEqualTo("compact");
            assertThat(admin.describeTopics(List.of(Topic.STEPS.topicName()))
                            .topicNameValues()
                            .get(Topic.STEPS.topicName())
                            .get()
                            .partitions())
                    .hasSize(Topic.PARTITIONS);
        }
    }

    private static ConsumerRecord<String, Received> first(Topic topic) {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "group.id", "test",
                        "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                EventCodec.deserializer())) {
            consumer.subscribe(List.of(topic.topicName()));
            for (int attempt = 0; attempt < 30; attempt++) {
                var records = consumer.poll(Duration.ofSeconds(1));
                if (!records.isEmpty()) {
                    return StreamSupport.stream(records.spliterator(), false)
                            .findFirst()
                            .orElseThrow();
                }
            }
        }
        throw new AssertionError("nothing arrived on " + topic);
    }
}
