package io.calicofleet.executor.engine;

import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.TraceContext;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where the executor's messages go. Sending does not wait; what is sent to one key stays in order. */
public interface Outbox {

    /**
     * Publishes an event.
     *
     * @param id its id, see {@link io.calicofleet.event.EventIds}
     * @param trace the trace it belongs to; null where to none
     * @return done when the broker has it for good
     */
    CompletableFuture<Void> publish(String id, @Nullable TraceContext trace, FleetEvent event);

    /** Puts a record nobody can read to the dead letters; done when it is there for good. */
    CompletableFuture<Void> deadLetter(Delivery delivery, String reason);
}
