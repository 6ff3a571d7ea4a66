package io.calicofleet.planner.adapter.topics;

import io.calicofleet.event.Topic;
import io.calicofleet.planner.port.TopicUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
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
 * Reads a topic from a time on to where it ends when it is asked, without a consumer group. Nothing is kept: what is read so is large, and
 * asked for by people.
 */
public final class TopicReader {

    private static final Duration POLL = Duration.ofMillis(500);

    /** Without a record for so long, the broker gives no answer. */
    private static final Duration SILENCE = Duration.ofSeconds(20);

    /** The clocks of those who send and of brokers need not agree. */
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
    public TopicReader(Map<String, Object> client) {
        properties = new HashMap<>(client);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    }

    /**
     * Reads what has this key, in its order.
     *
     * @param since an hour before it, or the beginning for null
     * @throws TopicUnavailableException where it cannot be read now
     */
    void read(Topic topic, String key, @Nullable Instant since, Consumer<ConsumerRecord<String, byte[]>> taker) {
        readUntil(topic, key, since, record -> {
            taker.accept(record);
            return false;
        });
    }

    /** The same, up to the first that is the one that was looked for. */
    void readUntil(Topic topic, String key, @Nullable Instant since, Predicate<ConsumerRecord<String, byte[]>> isLast) {
        read(
                topic,
                partitions ->
                        List.of(BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), partitions)),
                since,
                record -> key.equals(record.key()) && isLast.test(record));
    }

    /**
     * Reads all of it; the records of a key come in their order.
     *
     * @param since an hour before it, or the beginning for null
     * @throws TopicUnavailableException where it cannot be read now
     */
    void read(Topic topic, @Nullable Instant since, Consumer<ConsumerRecord<String, byte[]>> taker) {
        read(topic, partitions -> IntStream.range(0, partitions).boxed().toList(), since, record -> {
            taker.accept(record);
            return false;
        });
    }

    private void read(
            Topic topic,
            IntFunction<List<Integer>> which,
            @Nullable Instant since,
            Predicate<ConsumerRecord<String, byte[]>> isLast) {
        places.acquireUninterruptibly();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            int partitions = consumer.partitionsFor(topic.topicName()).size();
            if (partitions == 0) {
                throw new KafkaException("there is no topic " + topic);
            }
            consumer.assign(which.apply(partitions).stream()
                    .map(partition -> new TopicPartition(topic.topicName(), partition))
                    .toList());
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            seek(consumer, since);
            long heard = System.nanoTime();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                var records = consumer.poll(POLL);
                for (ConsumerRecord<String, byte[]> record : records) {
                    if (isLast.test(record)) {
                        return;
                    }
                }
                if (!records.isEmpty()) {
                    heard = System.nanoTime();
                } else if (System.nanoTime() - heard > SILENCE.toNanos()) {
                    throw new KafkaException("the broker gives no answer");
                }
            }
        } catch (KafkaException e) {
            throw new TopicUnavailableException(topic + " cannot be read now: " + e.getMessage(), e);
        } finally {
            places.release();
        }
    }

    private static void seek(KafkaConsumer<String, byte[]> consumer, @Nullable Instant since) {
        if (since == null) {
            consumer.seekToBeginning(consumer.assignment());
            return;
        }
        Map<TopicPartition, Long> times = new HashMap<>();
        consumer.assignment()
                .forEach(partition -> times.put(partition, since.minus(EARLIER).toEpochMilli()));
        consumer.offsetsForTimes(times).forEach((partition, found) -> {
            if (found == null) {
                consumer.seekToEnd(List.of(partition));
            } else {
                consumer.seek(partition, found.offset());
            }
        });
    }
}
