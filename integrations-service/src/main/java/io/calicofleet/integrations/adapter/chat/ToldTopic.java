package io.calicofleet.integrations.adapter.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.calicofleet.integrations.core.chat.Told;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
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
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been said in a chat: a compacted topic that the integrations make for themselves, of one partition. Its keys are room and campaign; that
 * of the room alone has since when there is anything.
 */
final class ToldTopic implements AutoCloseable {

    /** Its name. */
    static final String TOPIC = "calico-fleet-integrations-chat";

    private static final Logger LOGGER = LoggerFactory.getLogger(ToldTopic.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final String room;
    private final Map<String, Object> consumers;
    private final KafkaProducer<byte[], byte[]> producer;

    /**
     * What was said in this room.
     *
     * @param client settings of Kafka's clients
     */
    ToldTopic(String room, Map<String, Object> client) {
        this.room = room;
        this.consumers = new HashMap<>(client);
        consumers.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumers.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumers.put(ConsumerConfig.CLIENT_ID_CONFIG, "integrations-chat-told-" + room);
        Map<String, Object> properties = new HashMap<>(client);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "integrations-chat-" + room);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Makes the topic where it is missing. */
    static void create(Admin admin) throws ExecutionException, InterruptedException {
        if (admin.listTopics().names().get().contains(TOPIC)) {
            // Where somebody else owns it, we may not even be allowed to ask.
            return;
        }
        try {
            admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())
                            .configs(Map.of("cleanup.policy", "compact"))))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    /**
     * All there is of the room.
     *
     * @param begun since when anything is said there; null: nothing was yet
     * @param campaigns what was said of each
     */
    record Kept(@Nullable Instant begun, Map<String, Told> campaigns) {}

    /** Reads all of it, up to its end at this moment. */
    Kept read() {
        Map<String, Told> campaigns = new HashMap<>();
        Instant begun = null;
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(consumers, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = requireNonNull(consumer.endOffsets(List.of(partition)).get(partition), "the end of a topic");
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    if (!record.key().startsWith(room + "/")) {
                        continue;
                    }
                    String campaign = record.key().substring(room.length() + 1);
                    try {
                        if (record.value() == null) {
                            campaigns.remove(campaign);
                        } else if (campaign.isEmpty()) {
                            begun = EventJson.read(record.value(), Instant.class);
                        } else {
                            campaigns.put(campaign, EventJson.read(record.value(), Told.class));
                        }
                    } catch (IOException e) {
                        LOGGER.atWarn()
                                .addKeyValue("offset", record.offset())
                                .log("what was said of a campaign cannot be read, and is as if it had not been");
                    }
                }
            }
        }
        return new Kept(begun, campaigns);
    }

    /** Returns when it is kept that something is said from now on. */
    void begin(Instant now) throws ExecutionException, InterruptedException {
        write("", EventJson.write(now));
    }

    /** Returns when it is kept. */
    void put(String campaign, Told told) throws ExecutionException, InterruptedException {
        write(campaign, EventJson.write(told));
    }

    /** Returns when it is forgotten. */
    void remove(String campaign) throws ExecutionException, InterruptedException {
        write(campaign, null);
    }

    private void write(String campaign, byte @Nullable [] value) throws ExecutionException, InterruptedException {
        var unused = producer.send(new ProducerRecord<>(TOPIC, 0, (room + "/" + campaign).getBytes(UTF_8), value))
                .get();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
