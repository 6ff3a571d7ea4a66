package io.calicofleet.integrations.adapter.webhook;

import io.calicofleet.integrations.core.Tries;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/** What an endpoint is to be told of one partition, one after the other. Used by one thread. */
final class Lane {

    private final Deque<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
    private long position;
    private Tries tries;
    private boolean inFlight;
    private @Nullable OffsetAndMetadata committed;

    /**
     * One that goes on.
     *
     * @param position the offset of what comes next
     * @param tries how often that has been tried
     */
    Lane(long position, Tries tries) {
        this.position = position;
        this.tries = tries;
    }

    void add(ConsumerRecord<byte[], byte[]> record) {
        waiting.add(record);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** What may be sent now; null: nothing. */
    @Nullable
    ConsumerRecord<byte[], byte[]> due(Instant now) {
        return inFlight || now.isBefore(tries.due()) ? null : waiting.peek();
    }

    Tries tries() {
        return tries;
    }

    boolean inFlight() {
        return inFlight;
    }

    void sent() {
        inFlight = true;
    }

    /** The first is done with. */
    void done(Instant now) {
        position = waiting.remove().offset() + 1;
        inFlight = false;
        tries = Tries.none(now);
    }

    /** The first is tried again. */
    void again(Tries failed) {
        inFlight = false;
        tries = failed;
    }

    /** What is to be kept in Kafka; null: that is there already. */
    @Nullable
    OffsetAndMetadata toCommit() {
        OffsetAndMetadata now = new OffsetAndMetadata(position, tries.encode());
        return now.equals(committed) ? null : now;
    }

    void committed(OffsetAndMetadata kept) {
        committed = kept;
    }
}
