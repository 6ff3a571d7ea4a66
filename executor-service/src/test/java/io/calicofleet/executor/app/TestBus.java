package io.calicofleet.executor.app;

import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.Topic;
import io.calicofleet.event.TraceContext;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Planner and verifier, as far as a test plays them: sends anything, hears everything. */
final class TestBus implements AutoCloseable {

    /** That of what is sent. */
    static final TraceContext TRACE = new TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", null);

    private final KafkaProducer<String, byte[]> producer;
    private final List<ConsumerRecord<String, Received>> heard = new CopyOnWriteArrayList<>();
    private final Thread listener;
    private volatile boolean closed;

    TestBus(String bootstrapServers) {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringSerializer(), new ByteArraySerializer());
        Map<String, Object> config =
                Map.of("bootstrap.servers", bootstrapServers, "group.id", "test-bus", "auto.offset.reset", "earliest");
        listener = Thread.ofPlatform().daemon().name("test-bus").start(() -> listen(config));
    }

    private void listen(Map<String, Object> config) {
        try (KafkaConsumer<String, Received> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), EventCodec.deserializer())) {
            consumer.subscribe(
                    Arrays.stream(Topic.values()).map(Topic::topicName).toList());
            while (!closed) {
                consumer.poll(Duration.ofMillis(100)).forEach(heard::add);
            }
        }
    }

    void send(String id, FleetEvent event) {
        try {
            producer.send(EventCodec.record(Event.of(id, "/test", Instant.now(), null, TRACE, event)))
                    .get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    void sendRaw(Topic topic, String key, byte[] value) {
        try {
            producer.send(new ProducerRecord<>(topic.topicName(), key, value)).get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    List<ConsumerRecord<String, Received>> on(Topic topic) {
        return heard.stream()
                .filter(record -> record.topic().equals(topic.topicName()))
                .toList();
    }

    <T extends FleetEvent> List<Event<?>> events(Class<T> type) {
        return heard.stream()
                .map(ConsumerRecord::value)
                .filter(Received.Parsed.class::isInstance)
                .<Event<?>>map(value -> ((Received.Parsed) value).event())
                .filter(event -> type.isInstance(event.data()))
                .toList();
    }

    @Override
    public void close() {
        closed = true;
        try {
            listener.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        producer.close();
    }
}
