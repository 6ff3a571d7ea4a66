package io.calicofleet.verifier.adapter;

import java.time.Instant;
import java.time.InstantSource;

/**
 * The wall clock at the start of the process, and from then on the time that passes: whoever sets the clock of the machine
 * changes nothing. To be compared with nothing but itself.
 */
public final class SteadyClock implements InstantSource {

    private final Instant start = Instant.now();
    private final long began = System.nanoTime();

    @Override
    public Instant instant() {
        return start.plusNanos(System.nanoTime() - began);
    }
}
