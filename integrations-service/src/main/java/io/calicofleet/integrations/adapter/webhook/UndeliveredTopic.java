package io.calicofleet.integrations.adapter.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.Undelivered;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The dead list: what was given up, and the record each is about. Thread-safe. */
final class UndeliveredTopic implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Map<String, Object> consumers;
    private final KafkaProducer<byte[], byte[]> producer;

    /**
     * The list.
     *
     * @param client settings of Kafka's clients
     * @param consumers the same for those who read events
     */
    UndeliveredTopic(Map<String, Object> client, Map<String, Object> consumers) {
        this.consumers = Map.copyOf(consumers);
        Map<String, Object> properties = new HashMap<>(client);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "integrations-undelivered");
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Makes the topic where it is missing. */
    static void create(Admin admin) throws ExecutionException, InterruptedException {
        NewTopic topic = new NewTopic(Undelivered.TOPIC, Optional.of(1), Optional.empty())
                .configs(Map.of(
                        "cleanup.policy",
                        "compact,delete",
                        "retention.ms",
                        String.valueOf(Topic.RETENTION.toMillis())));
        if (admin.listTopics().names().get().contains(Undelivered.TOPIC)) {
            // Where somebody else owns it, we may not even be allowed to ask.
            return;
        }
        try {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    /** Returns when it is on the list. */
    void put(Undelivered entry) throws ExecutionException, InterruptedException {
        write(entry, EventJson.write(entry));
    }

    /** Returns when it is off the list. */
    void remove(Undelivered entry) throws ExecutionException, InterruptedException {
        write(entry, null);
    }

    private void write(Undelivered entry, byte @Nullable [] value) throws ExecutionException, InterruptedException {
        var unused = producer.send(
                        new ProducerRecord<>(Undelivered.TOPIC, entry.key().getBytes(UTF_8), value))
                .get();
    }

    /** The record an entry is about; empty where it is there no more. */
    Optional<ConsumerRecord<byte[], byte[]>> original(Undelivered entry) {
        Map<String, Object> properties = new HashMap<>(consumers);
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        TopicPartition partition = new TopicPartition(entry.topic(), entry.partition());
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, entry.offset());
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (consumer.position(partition) <= entry.offset() && System.nanoTime() < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    if (record.offset() == entry.offset()) {
                        return Optional.of(record);
                    }
                }
            }
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
