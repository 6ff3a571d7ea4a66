package io.calicofleet.cli.bench;

import io.calicofleet.event.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads topics without a group: only what is committed, from where they end or from their beginning. */
public final class TopicReader {

    private static final String CAMPAIGN = "ce_campaign";

    private TopicReader() {}

    /** A consumer of all partitions of these topics, placed at their end; gathers records for {@code portion}. */
    static KafkaConsumer<byte[], byte[]> atEnd(String bootstrapServers, Duration portion, Topic... topics) {
        KafkaConsumer<byte[], byte[]> consumer = open(bootstrapServers, portion, topics);
        consumer.seekToEnd(consumer.assignment());
        consumer.assignment().forEach(consumer::position); // now, not at the first poll
        return consumer;
    }

    /** Counts the messages of a campaign on all topics. */
    static MessageCount count(String bootstrapServers, String campaign) {
        MessageCount[] count = {MessageCount.NONE};
        everything(bootstrapServers, List.of(Topic.values()), record -> {
            if (campaign.equals(header(record, CAMPAIGN))) {
                count[0] = count[0].plus(size(record));
            }
        });
        return count[0];
    }

    /** Hands over what is committed on these topics now, each partition in its order. */
    public static void everything(
            String bootstrapServers, List<Topic> topics, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                open(bootstrapServers, Duration.ZERO, topics.toArray(Topic[]::new))) {
            toTheEnd(consumer, reader);
        }
    }

    /** What each compacted topic of ours, those of state stores included, holds when each key has its last record only. */
    static List<SizingResult.State> live(String bootstrapServers) {
        List<SizingResult.State> state = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = open(bootstrapServers, Duration.ZERO)) {
            Map<String, List<PartitionInfo>> topics = new TreeMap<>(consumer.listTopics());
            topics.keySet()
                    .removeIf(topic -> !topic.endsWith("-changelog")
                            && !topic.equals(Topic.STATUS.topicName())
                            && !topic.equals(Topic.CLUSTERS.topicName()));
            topics.forEach((topic, partitions) -> {
                Map<ByteBuffer, Long> sizes = new HashMap<>();
                consumer.assign(partitions.stream()
                        .map(one -> new TopicPartition(topic, one.partition()))
                        .toList());
                toTheEnd(consumer, record -> {
                    if (record.value() == null) {
                        sizes.remove(ByteBuffer.wrap(record.key()));
                    } else {
                        sizes.put(ByteBuffer.wrap(record.key()), size(record));
                    }
                });
                state.add(new SizingResult.State(
                        topic,
                        sizes.size(),
                        sizes.values().stream().mapToLong(Long::longValue).sum()));
            });
        }
        return state;
    }

    private static void toTheEnd(
            KafkaConsumer<byte[], byte[]> consumer, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        consumer.seekToBeginning(consumer.assignment());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(Duration.ofMillis(200)).forEach(reader);
        }
    }

    /** A header as text; null where the record has none of that name. */
    static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static KafkaConsumer<byte[], byte[]> open(String bootstrapServers, Duration portion, Topic... topics) {
        Properties properties = new Properties();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5000);
        if (!portion.isZero()) {
            properties.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1024 * 1024);
            properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) portion.toMillis());
        }
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = Arrays.stream(topics)
                .flatMap(topic -> IntStream.range(0, Topic.PARTITIONS)
                        .mapToObj(number -> new TopicPartition(topic.topicName(), number)))
                .toList();
        consumer.assign(partitions);
        return consumer;
    }

    private static long size(ConsumerRecord<byte[], byte[]> record) {
        long size = Math.max(0, record.serializedKeySize()) + (long) Math.max(0, record.serializedValueSize());
        for (Header header : record.headers()) {
            size += header.key().length() + (header.value() == null ? 0L : header.value().length);
        }
        return size;
    }
}
