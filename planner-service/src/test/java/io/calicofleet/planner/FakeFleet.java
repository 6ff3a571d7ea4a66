package io.calicofleet.planner;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.Sender;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Executor and verifier at once: does every step it is asked for at once and passes it, unless told to hold it back. */
public final class FakeFleet implements AutoCloseable {

    private final String bootstrapServers;
    private final Map<Sender, Producer<String, byte[]>> producers = new EnumMap<>(Sender.class);
    private final Map<StepId, Integer> requests = new ConcurrentHashMap<>();
    private final CountDownLatch reading = new CountDownLatch(1);
    private final Thread thread;
    private volatile Predicate<StepId> holdBack = step -> false;
    private volatile boolean stopped;

    /** Reads what is asked from now on. */
    public FakeFleet(String bootstrapServers) throws InterruptedException {
        this(bootstrapServers, (sender, producer) -> producer);
    }

    /**
     * Reads what is asked from now on.
     *
     * @param signed what signs what a part sends
     */
    public FakeFleet(
            String bootstrapServers, BiFunction<Sender, Producer<String, byte[]>, Producer<String, byte[]>> signed)
            throws InterruptedException {
        this.bootstrapServers = bootstrapServers;
        for (Sender sender : Sender.values()) {
            Producer<String, byte[]> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 0),
                    new StringSerializer(),
                    new ByteArraySerializer());
            producers.put(sender, signed.apply(sender, producer));
        }
        this.thread = Thread.ofPlatform().daemon().start(this::run);
        reading.await();
    }

    /** Serves these clusters. */
    public void serve(List<String> clusters) {
        clusters.forEach(cluster -> say(Drill.announced(cluster)));
        producers.values().forEach(Producer::flush);
    }

    /** Lets steps wait that fulfil this; they are done by {@link #finish}. */
    public void holdBack(Predicate<StepId> steps) {
        holdBack = steps;
    }

    /** Does a step. */
    public void finish(StepId step) {
        say(Drill.accepted(step));
        say(Drill.succeeded(step));
        say(Drill.passed(step));
    }

    /** How often each step was asked for. */
    public Map<StepId, Integer> requests() {
        return requests;
    }

    /** Says it to the planner, as the part whose topic it goes to. */
    public void say(FleetEvent data) {
        Sender sender = data.type().topic().sender().orElseThrow();
        requireNonNull(producers.get(sender), "sender")
                .send(EventCodec.record(Event.of("fake", "/test", Instant.now(), null, null, data)));
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producers.values().forEach(Producer::close);
    }

    private void run() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(properties, new StringDeserializer(), EventCodec.deserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, Topic.PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(Topic.STEPS.topicName(), partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            reading.countDown();
            while (!stopped) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> answer(record.value()));
            }
        }
    }

    private void answer(Received received) {
        if (received instanceof Received.Parsed parsed && parsed.event().data() instanceof StepRequested request) {
            requests.merge(request.step(), 1, Integer::sum);
            if (!holdBack.test(request.step())) {
                finish(request.step());
            }
        }
    }
}
