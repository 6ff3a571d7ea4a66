package io.calicofleet.kafka.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.broker.TemporaryBroker;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.Event;
import io.calicofleet.event.Sender;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import io.calicofleet.kafka.Topics;
import io.calicofleet.kafka.attestation.AttestationCheck.Refused;
import io.calicofleet.kafka.attestation.AttestationCheck.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
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

/** What signed records and others come to over a real broker. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AttestationIT {

    private static TemporaryBroker broker;

    private static final SigningKey KEY = SigningKey.generate();

    private final TrustedKeys trusted =
            new TrustedKeys(List.of(TrustedKey.of(Sender.PLANNER, List.of(), false, KEY.publicKey())));
    private final List<String> told = new ArrayList<>();

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TemporaryBroker.start();
        Topics.create(broker.bootstrapServers());
        send();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    /** A signed record, one of nobody, one that was moved from another key, and a signed one. */
    private static void send() throws Exception {
        ProducerRecord<String, byte[]> first = paused("first");
        ProducerRecord<String, byte[]> forged = paused("forged");
        ProducerRecord<String, byte[]> last = paused("last");
        try (Producer<String, byte[]> plain = producer(Map.of());
                Producer<String, byte[]> signing = SigningProducer.untilFlush(
                        producer(Map.of("transactional.id", "signing")), new Attestor(Sender.PLANNER, KEY))) {
            signing.initTransactions();
            signing.beginTransaction();
            var one = signing.send(first);
            signing.commitTransaction();
            one.get();
            plain.send(forged).get();
            plain.send(new ProducerRecord<>(first.topic(), null, null, "moved", first.value(), first.headers()))
                    .get();
            signing.beginTransaction();
            var other = signing.send(last);
            signing.commitTransaction();
            other.get();
        }
    }

    @Test
    void nobody_sees_what_is_not_signed_and_the_reader_goes_on_behind_it() {
        try (var consumer = consumer(Refused.DROPPED)) {
            List<ConsumerRecord<String, byte[]>> read = all(consumer);

            assertThat(read).extracting(ConsumerRecord::key).containsExactlyInAnyOrder("first", "last");
            assertThat(told)
                    .hasSize(2)
                    .anySatisfy(why -> assertThat(why).contains("it is not signed"))
                    .anySatisfy(why -> assertThat(why).contains("it is not what planner's key"));
        }
    }

    @Test
    void where_it_is_marked_it_is_unreadable_and_says_why() {
        try (var consumer = consumer(Refused.MARKED)) {
            List<ConsumerRecord<String, byte[]>> read = all(consumer);

            assertThat(read).hasSize(4).allSatisfy(record -> {
                Received received = EventCodec.read(record.headers(), record.value());
                if (record.key().equals("first") || record.key().equals("last")) {
                    assertThat(received).isInstanceOf(Received.Parsed.class);
                } else {
                    assertThat(received)
                            .isInstanceOfSatisfying(
                                    Received.Unreadable.class,
                                    refused -> assertThat(refused.reason()).startsWith("it is not "));
                }
            });
        }
    }

    /** To the end of the topic as it is. */
    private List<ConsumerRecord<String, byte[]>> all(KafkaConsumer<String, byte[]> consumer) {
        List<ConsumerRecord<String, byte[]>> read = new ArrayList<>();
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (!ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
            consumer.poll(Duration.ofMillis(200)).forEach(read::add);
        }
        return read;
    }

    private KafkaConsumer<String, byte[]> consumer(Refused refused) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest"));
        settings.putAll(
                new Rule(trusted, Sender.PLANNER, refused, (topic, why) -> told.add(topic + ": " + why)).properties());
        KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        Collection<TopicPartition> partitions = consumer.partitionsFor(Topic.COMMANDS.topicName()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    private static Producer<String, byte[]> producer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    private static ProducerRecord<String, byte[]> paused(String campaign) {
        return EventCodec.record(Event.of(
                "command-1",
                "/calico-fleet/planner",
                Instant.parse("2026-11-23T10:00:00Z"),
                "ada",
                null,
                new CampaignPaused(CampaignName.of(campaign), "lunch", "ada paused")));
    }
}
