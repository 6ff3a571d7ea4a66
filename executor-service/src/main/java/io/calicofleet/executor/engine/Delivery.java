package io.calicofleet.executor.engine;

import io.calicofleet.kafka.Received;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A record of the steps topic, waiting to be worked off. */
public interface Delivery {

    /** The cluster it is for, as its key says; null where it has none. */
    @Nullable
    String key();

    /** Its partition. */
    int partition();

    /** Its offset in that partition. */
    long offset();

    /** How many bytes it holds. */
    int size();

    /** How long ago it was received. */
    Duration age();

    /** What it is; read once, and never throws. */
    Received read();

    /** Whether its partition went to another executor since it was received. */
    boolean revoked();

    /** Will not be delivered again. */
    void acknowledge();
}
