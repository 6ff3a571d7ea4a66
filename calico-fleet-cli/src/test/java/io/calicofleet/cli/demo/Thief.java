package io.calicofleet.cli.demo;

import io.calicofleet.cli.client.PrivateFiles;
import io.calicofleet.cli.local.LocalKeys;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.Sender;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import io.calicofleet.kafka.attestation.Attestor;
import io.calicofleet.kafka.attestation.KeyFileException;
import io.calicofleet.kafka.attestation.SigningKey;
import io.calicofleet.kafka.attestation.SigningProducer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Somebody who can read and write every topic, and has private keys of services. */
final class Thief implements AutoCloseable {

    private static final String FOLDER = "keys";
    private static final String OF_ANOTHER = "another-executor";

    private final Path folder;
    private final String broker;
    private final Thread reader;
    private final List<Consumer<FleetEvent>> hearing = new CopyOnWriteArrayList<>();

    /** Why a record was refused, by the id of its event. */
    private final Map<String, List<String>> refused = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /** Listens to all that is said. */
    Thief(Path folder, String broker) {
        this.folder = folder;
        this.broker = broker;
        this.reader = Thread.ofPlatform().name("thief").start(this::listen);
    }

    /** Makes the keys of a system before it starts, and a trusted one of another executor, which may speak for these clusters alone. */
    static void keys(Path folder, List<String> ofAnother) throws IOException {
        Path keys = folder.resolve(FOLDER);
        PrivateFiles.folder(keys);
        StringBuilder trusted = new StringBuilder("keys:\n");
        for (Sender sender : Sender.values()) {
            trusted.append(key(keys.resolve(sender.encode() + ".pem"), sender, List.of("*")));
        }
        trusted.append(key(keys.resolve(OF_ANOTHER + ".pem"), Sender.EXECUTOR, ofAnother));
        PrivateFiles.write(keys.resolve("trusted.yaml"), trusted.toString());
    }

    private static String key(Path file, Sender sender, List<String> clusters) throws IOException {
        SigningKey key = SigningKey.generate();
        PrivateFiles.write(file, key.pem());
        return LocalKeys.entry(sender, clusters, key.publicKey());
    }

    /** Says it with the key of that service; the id of the event. */
    String by(Sender sender, FleetEvent lie) {
        return signed(sender, sender.encode(), lie);
    }

    /** Says it with the key of the other executor. */
    String byAnotherExecutor(FleetEvent lie) {
        return signed(Sender.EXECUTOR, OF_ANOTHER, lie);
    }

    private String signed(Sender sender, String key, FleetEvent lie) {
        String id = "stolen-" + UUID.randomUUID();
        try (var producer = SigningProducer.gathering(
                new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", broker),
                        new StringSerializer(),
                        new ByteArraySerializer()),
                new Attestor(sender, SigningKey.read(folder.resolve(FOLDER).resolve(key + ".pem"))),
                Duration.ZERO)) {
            var unused = producer.send(EventCodec.record(
                    Event.of(id, "/thief", InstantSource.system().instant(), "mallory", null, lie)));
        } catch (KeyFileException e) {
            throw new IllegalStateException(e);
        }
        return id;
    }

    /** Has {@code hear} told of each event that was not read yet. */
    void hear(Consumer<FleetEvent> hear) {
        hearing.add(hear);
    }

    /** Why it was refused; empty: it was not so far. */
    List<String> refused(String id) {
        return refused.getOrDefault(id, List.of());
    }

    private void listen() {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", broker, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(Topic.STEPS, Topic.PROGRESS, Topic.VERDICTS, Topic.DEAD_LETTERS).stream()
                    .flatMap(topic -> IntStream.range(0, Topic.PARTITIONS)
                            .mapToObj(number -> new TopicPartition(topic.topicName(), number)))
                    .collect(Collectors.toList()));
            consumer.seekToBeginning(consumer.assignment());
            while (!closed) {
                consumer.poll(Duration.ofMillis(100)).forEach(this::read);
            }
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(Topic.DEAD_LETTERS.topicName())) {
            refused.computeIfAbsent(text(record.headers(), "ce_id"), id -> new CopyOnWriteArrayList<>())
                    .add(text(record.headers(), "dead_letter_reason"));
        } else if (EventCodec.read(record.headers(), record.value()) instanceof Received.Parsed parsed) {
            hearing.forEach(hear -> hear.accept(parsed.event().data()));
        }
    }

    private static String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        closed = true;
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
