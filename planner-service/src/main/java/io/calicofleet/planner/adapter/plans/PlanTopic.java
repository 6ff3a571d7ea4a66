package io.calicofleet.planner.adapter.plans;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import io.calicofleet.planner.port.PlanReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the part of the topic in which a plan must be, from when it was made on, without a consumer group. Nothing is kept: plans
 * are large, and asked for by people.
 */
public final class PlanTopic implements PlanReader {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** The clocks of executors and brokers need not agree. */
    private static final Duration EARLIER = Duration.ofHours(1);

    /** Each takes a consumer and its buffers; more wait for their turn. */
    private static final int AT_ONCE = 4;

    private final Map<String, Object> properties;
    private final Semaphore places = new Semaphore(AT_ONCE, true);

    /**
     * Opens no connection yet.
     *
     * @param client the properties of Kafka clients
     */
    public PlanTopic(Map<String, Object> client) {
        properties = new HashMap<>(client);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    }

    @Override
    public Optional<PlanMade> newest(CampaignName campaign, ClusterId cluster, Instant since) {
        places.acquireUninterruptibly();
        try (Consumer<String, byte[]> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            return newest(consumer, campaign + "/" + cluster, since);
        } catch (KafkaException e) {
            throw new UnavailableException("the plans cannot be read now: " + e.getMessage(), e);
        } finally {
            places.release();
        }
    }

    private static Optional<PlanMade> newest(Consumer<String, byte[]> consumer, String key, Instant since) {
        String topic = Topic.PLANS.topicName();
        int partitions = consumer.partitionsFor(topic).size();
        if (partitions == 0) {
            throw new KafkaException("there is no topic " + topic);
        }
        TopicPartition partition = new TopicPartition(
                topic, BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), partitions));
        consumer.assign(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        var found = consumer.offsetsForTimes(
                        Map.of(partition, since.minus(EARLIER).toEpochMilli()))
                .get(partition);
        if (found == null) {
            return Optional.empty();
        }
        consumer.seek(partition, found.offset());
        ConsumerRecord<String, byte[]> last = null;
        long began = System.nanoTime();
        while (consumer.position(partition) < end) {
            if (System.nanoTime() - began > LIMIT.toNanos()) {
                throw new KafkaException("the broker gives no answer");
            }
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                if (key.equals(record.key())) {
                    last = record;
                }
            }
        }
        return read(last);
    }

    private static Optional<PlanMade> read(@Nullable ConsumerRecord<String, byte[]> record) {
        return record != null
                        && EventCodec.read(record.headers(), record.value()) instanceof Received.Parsed parsed
                        && parsed.event().data() instanceof PlanMade made
                ? Optional.of(made)
                : Optional.empty();
    }
}
