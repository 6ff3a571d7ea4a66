package io.calicofleet.executor.engine;

import io.calicofleet.event.Event;
import io.calicofleet.event.EventIds;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.TraceContext;
import io.calicofleet.kafka.Received;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A delivery made by hand. */
final class HandDelivery implements Delivery {

    private final @Nullable String key;
    private final long offset;
    private final Received received;
    private final AtomicBoolean acknowledged = new AtomicBoolean();
    private volatile boolean revoked;
    private volatile Duration age = Duration.ZERO;
    private int partition;

    private static final TraceContext TRACE =
            new TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", null);

    HandDelivery(@Nullable String key, long offset, Received received) {
        this.key = key;
        this.offset = offset;
        this.received = received;
    }

    static HandDelivery of(StepRequested request, long offset) {
        return new HandDelivery(
                request.step().cluster().value(),
                offset,
                new Received.Parsed(
                        Event.of(EventIds.requested(request.step()), "/test", Instant.now(), null, TRACE, request)));
    }

    @Override
    public @Nullable String key() {
        return key;
    }

    @Override
    public int partition() {
        return partition;
    }

    /** The same of another partition. */
    HandDelivery of(int another) {
        partition = another;
        return this;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public Duration age() {
        return age;
    }

    /** It was received so long ago. */
    HandDelivery old(Duration since) {
        age = since;
        return this;
    }

    @Override
    public Received read() {
        return received;
    }

    @Override
    public boolean revoked() {
        return revoked;
    }

    void revoke() {
        revoked = true;
    }

    @Override
    public void acknowledge() {
        acknowledged.set(true);
    }

    boolean acknowledged() {
        return acknowledged.get();
    }
}
