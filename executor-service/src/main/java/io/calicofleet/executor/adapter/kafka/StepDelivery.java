package io.calicofleet.executor.adapter.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.calicofleet.executor.engine.Delivery;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import java.time.Duration;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** A record of the steps topic. Read when it is its turn, not before: whoever brings it has more to bring. */
public final class StepDelivery implements Delivery {

    private final @Nullable String key;
    private final String topic;
    private final int partition;
    private final long offset;
    private final byte @Nullable [] value;
    private final Headers headers;
    private final PartitionHold hold;
    private final Runnable acknowledgement;
    private final long receivedAt = System.nanoTime();
    private volatile @Nullable Received read;

    /**
     * A record.
     *
     * @param hold ends when its partition goes to another executor
     * @param acknowledgement run once it will not have to be delivered again
     */
    public StepDelivery(
            String topic,
            int partition,
            long offset,
            @Nullable String key,
            byte @Nullable [] value,
            Headers headers,
            PartitionHold hold,
            Runnable acknowledgement) {
        this.topic = requireNonNull(topic, "topic");
        this.partition = partition;
        this.offset = offset;
        this.key = key;
        this.value = value;
        this.headers = requireNonNull(headers, "headers");
        this.hold = requireNonNull(hold, "hold");
        this.acknowledgement = requireNonNull(acknowledgement, "acknowledgement");
    }

    @Override
    public @Nullable String key() {
        return key;
    }

    @Override
    public int partition() {
        return partition;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public int size() {
        return value == null ? 0 : value.length;
    }

    @Override
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - receivedAt);
    }

    @Override
    public Received read() {
        Received known = read;
        if (known == null) {
            known = decoded();
            read = known;
        }
        return known;
    }

    /** What nobody foresaw a record to be is unreadable, too: thrown from here, it would stop the partition for good. */
    private Received decoded() {
        try {
            return EventCodec.read(headers, value);
        } catch (RuntimeException | StackOverflowError e) {
            return new Received.Unreadable(value == null ? new byte[0] : value, "a fault of calico-fleet: " + e);
        }
    }

    @Override
    public boolean revoked() {
        return hold.ended();
    }

    @Override
    public void acknowledge() {
        acknowledgement.run();
    }

    ProducerRecord<byte[], byte[]> deadLetter(String by, String reason) {
        return EventCodec.deadLetter(
                by, topic, partition, offset, key == null ? null : key.getBytes(UTF_8), value, headers, reason);
    }
}
