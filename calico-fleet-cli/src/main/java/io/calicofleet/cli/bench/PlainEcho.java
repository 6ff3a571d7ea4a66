package io.calicofleet.cli.bench;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The measure to compare with: every message is sent to one topic, an echo reads it there and sends it to another, and a
 * reader reads it there. Producers with Kafka's defaults (acks=all, idempotent), no transactions; as many partitions as
 * our topics have. Sender, echo and reader are threads of this process.
 */
final class PlainEcho {

    private static final String IN = "bench.echo-in";
    private static final String OUT = "bench.echo-out";
    private static final Duration POLL = Duration.ofMillis(100);

    private final String bootstrapServers;
    private final int partitions;
    private volatile boolean done;
    private volatile @Nullable Exception failure;

    PlainEcho(String bootstrapServers, int partitions) {
        this.bootstrapServers = bootstrapServers;
        this.partitions = partitions;
    }

    /** How many seconds it takes from the first message sent to the last one back. */
    double seconds(MessageCount traffic) throws InterruptedException {
        createTopics();
        try (KafkaConsumer<byte[], byte[]> reader = consumer(OUT)) {
            Thread echo = Thread.ofPlatform().name("echo").daemon().start(this::echo);
            long start = System.nanoTime();
            Thread sender = Thread.ofPlatform().name("echo-sender").daemon().start(() -> send(traffic));
            long back = 0;
            while (back < traffic.messages()) {
                back += reader.poll(POLL).count();
                if (failure != null) {
                    throw new IllegalStateException("the plain echo failed: " + failure, failure);
                }
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            done = true;
            sender.join();
            echo.join();
            return seconds;
        }
    }

    private void send(MessageCount traffic) {
        byte[] value = new byte[traffic.averageBytes()];
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (long i = 0; i < traffic.messages(); i++) {
                var unused = producer.send(new ProducerRecord<>(IN, (int) (i % partitions), null, value), this::sent);
            }
        }
    }

    private void echo() {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(IN);
                KafkaProducer<byte[], byte[]> producer = producer()) {
            while (!done) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    var unused = producer.send(
                            new ProducerRecord<>(OUT, record.partition(), null, record.value()), this::sent);
                }
            }
        }
    }

    private void sent(@Nullable RecordMetadata metadata, @Nullable Exception problem) {
        if (problem != null) {
            failure = problem;
        }
    }

    /** Creates them and returns when every partition has a leader that answers: a new one's first batches may be refused. */
    private void createTopics() throws InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(
                            new NewTopic(IN, Optional.of(partitions), Optional.empty()),
                            new NewTopic(OUT, Optional.of(partitions), Optional.empty())))
                    .all()
                    .get();
            admin.listOffsets(Stream.of(IN, OUT)
                            .flatMap(topic -> partitionsOf(topic).stream())
                            .collect(toMap(Function.identity(), partition -> OffsetSpec.latest())))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot create the topics of the echo: " + e.getCause(), e);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String topic) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("auto.offset.reset", "earliest");
        properties.put("max.poll.records", 5000);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> all = partitionsOf(topic);
        consumer.assign(all);
        consumer.seekToBeginning(all);
        return consumer;
    }

    private List<TopicPartition> partitionsOf(String topic) {
        return IntStream.range(0, partitions)
                .mapToObj(number -> new TopicPartition(topic, number))
                .toList();
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bootstrapServers);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
