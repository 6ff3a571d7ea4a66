package io.calicofleet.executor.adapter.kafka;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Event;
import io.calicofleet.event.EventAttributes;
import io.calicofleet.event.EventIds;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.SightLost;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.Topic;
import io.calicofleet.event.TraceContext;
import io.calicofleet.executor.engine.Delivery;
import io.calicofleet.executor.engine.Outbox;
import io.calicofleet.executor.engine.Oversized;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.runtime.trace.Traced;
import io.calicofleet.runtime.trace.Tracing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends by one idempotent producer, acknowledged by all in-sync replicas. It keeps trying for as long as the broker is
 * away: a step's outcome is not lost for that.
 */
public final class KafkaOutbox implements Outbox, AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(KafkaOutbox.class);

    private final Producer<byte[], byte[]> producer;
    private final String service;
    private final InstantSource clock;
    private final StringSerializer keys = new StringSerializer();

    KafkaOutbox(Producer<byte[], byte[]> producer, String executor, InstantSource clock) {
        this.producer = requireNonNull(producer, "producer");
        this.service = "/calico-fleet/executor/" + requireNonNull(executor, "executor");
        this.clock = requireNonNull(clock, "clock");
    }

    /**
     * An outbox with a producer of its own.
     *
     * @param settings of Kafka: the bootstrap servers, and security where there is any
     * @param linger how long the producer waits for more to send together
     * @param signed what signs what a producer sends
     */
    public static KafkaOutbox open(
            Map<String, Object> settings,
            String executor,
            Duration linger,
            InstantSource clock,
            UnaryOperator<Producer<byte[], byte[]>> signed) {
        Map<String, Object> config = new HashMap<>(settings);
        config.put(ProducerConfig.CLIENT_ID_CONFIG, "executor-" + executor);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // One request at a time. With more, the first of a new partition may be refused while its leader comes up and
        // the
        // second be taken; the first is then out of order for ever (KAFKA-15591), and we never give up.
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.LINGER_MS_CONFIG, linger.toMillis());
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 * 1024);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4 * 1024 * 1024);
        return new KafkaOutbox(
                signed.apply(new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())),
                executor,
                clock);
    }

    @Override
    public CompletableFuture<Void> publish(String id, @Nullable TraceContext trace, FleetEvent event) {
        // What is observed is said all the time; that of which a verdict comes is seen where it is read.
        if (!(event instanceof StepProgress)) {
            return published(id, trace, event);
        }
        String topic = event.type().topic().topicName();
        EventAttributes attributes =
                Event.of(id, service, clock.instant(), null, trace, event).attributes();
        Traced sent = Tracing.send(attributes, topic);
        return published(id, sent.context(), event).whenComplete((done, failure) -> {
            if (failure != null) {
                sent.failed(failure.getClass().getSimpleName());
            }
            sent.close();
        });
    }

    private CompletableFuture<Void> published(String id, @Nullable TraceContext trace, FleetEvent event) {
        ProducerRecord<String, byte[]> record = record(id, trace, event);
        int bytes = record.value().length;
        if (bytes > Oversized.MOST) {
            return send(inPlaceOf(id, trace, event, bytes).orElse(record));
        }
        // A broker may allow less than our topics are made with.
        return send(record)
                .exceptionallyComposeAsync(
                        failure -> failure instanceof RecordTooLargeException
                                ? inPlaceOf(id, trace, event, bytes)
                                        .map(this::send)
                                        .orElseGet(() -> CompletableFuture.failedFuture(failure))
                                : CompletableFuture.failedFuture(failure),
                        Thread.ofVirtual()::start);
    }

    /** What is too large would never be taken, and its step never end. */
    private Optional<ProducerRecord<String, byte[]>> inPlaceOf(
            String id, @Nullable TraceContext trace, FleetEvent event, int bytes) {
        return Oversized.inPlaceOf(event, bytes).map(instead -> {
            LOGGER.atWarn()
                    .addKeyValue("event", id)
                    .addKeyValue("bytes", bytes)
                    .log("what was found is too large to be sent; that is said in its place");
            String other = switch (instead) {
                case StepProgress progress -> EventIds.progress(progress);
                case SightLost lost -> EventIds.sightLost(lost);
                default -> id;
            };
            return record(other, trace, instead);
        });
    }

    private ProducerRecord<String, byte[]> record(String id, @Nullable TraceContext trace, FleetEvent event) {
        return EventCodec.record(Event.of(id, service, clock.instant(), null, trace, event));
    }

    @Override
    public CompletableFuture<Void> deadLetter(Delivery delivery, String reason) {
        if (!(delivery instanceof StepDelivery step)) {
            throw new IllegalStateException("a dead letter needs the record as it came; this is a fault of the wiring");
        }
        return sendBytes(step.deadLetter(service, reason));
    }

    /** Says that the cluster is not served any more. */
    public CompletableFuture<Void> withdraw(ClusterId cluster) {
        String topic = Topic.CLUSTERS.topicName();
        return sendBytes(new ProducerRecord<>(topic, keys.serialize(topic, cluster.value()), null));
    }

    /** Sends what is left, for a bounded time, and ends. */
    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
    }

    private CompletableFuture<Void> send(ProducerRecord<String, byte[]> record) {
        return sendBytes(new ProducerRecord<>(
                record.topic(),
                null,
                null,
                keys.serialize(record.topic(), record.key()),
                record.value(),
                record.headers()));
    }

    private CompletableFuture<Void> sendBytes(ProducerRecord<byte[], byte[]> record) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        var unused = producer.send(record, (metadata, failure) -> {
            if (failure == null) {
                sent.complete(null);
            } else {
                sent.completeExceptionally(failure);
            }
        });
        return sent;
    }
}
