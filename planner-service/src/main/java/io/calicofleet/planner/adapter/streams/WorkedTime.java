package io.calicofleet.planner.adapter.streams;

import static java.util.Objects.requireNonNullElse;

import io.calicofleet.planner.core.campaign.PlannerTime;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * How long planners have worked on the campaigns of one partition. It goes on by a clock that nobody sets, and is stored now and
 * then: while no planner runs, nothing is added, and what was not stored yet when one was killed is lost, which makes a soak longer
 * and never shorter.
 */
final class WorkedTime {

    /** Where it is among the names, none of which can have a slash. */
    static final String KEY = "/worked";

    /**
     * A clock that goes on by itself.
     *
     * @param nanos what it shows, in nanoseconds since any moment
     * @param mostAtOnce more between two looks at it is no work: the process or its machine stood still
     */
    record Clock(LongSupplier nanos, Duration mostAtOnce) {

        /** That of the machine which nobody sets. */
        static final Clock STEADY = new Clock(System::nanoTime, Duration.ofMinutes(1));
    }

    private static final Duration STORED_EVERY = Duration.ofSeconds(10);

    private final KeyValueStore<String, Long> store;
    private final Clock clock;
    private long last;
    private long nanos;
    private long stored;

    /**
     * As it was stored.
     *
     * @param clock how it goes on
     */
    WorkedTime(KeyValueStore<String, Long> store, Clock clock) {
        this.store = store;
        this.clock = clock;
        this.last = clock.nanos().getAsLong();
        this.nanos = Duration.ofMillis(requireNonNullElse(store.get(KEY), 0L)).toNanos();
        this.stored = nanos;
    }

    /** The moment at which the wall clock shows {@code shown}. */
    PlannerTime at(Instant shown) {
        long now = clock.nanos().getAsLong();
        nanos += Math.clamp(now - last, 0, clock.mostAtOnce().toNanos());
        last = now;
        return new PlannerTime(shown, Duration.ofNanos(nanos));
    }

    /** Stores it where that is due; to be called often. */
    void store() {
        if (nanos - stored >= STORED_EVERY.toNanos()) {
            stored = nanos;
            store.put(KEY, Duration.ofNanos(nanos).toMillis());
        }
    }
}
