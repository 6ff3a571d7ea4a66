package io.calicofleet.executor.port;

import static java.util.Objects.requireNonNull;

import io.calicofleet.executor.port.ClusterException.Problem;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How old what a watch says may be. A list, an event, a bookmark and a stream that ends when it is due prove that it is
 * current; silence proves nothing. Thread-safe.
 */
public final class WatchAge {

    private final String what;
    private final Problem problem;
    private final Duration limit;
    private final LongSupplier nanos;
    private final AtomicReference<@Nullable Duration> wasStale = new AtomicReference<>();
    private volatile long provenAt;

    /**
     * As old as this moment.
     *
     * @param what the kind that is watched, for people
     * @param problem what it is if it is too old
     * @param limit how old it may be
     * @param nanos a clock that nobody sets, in nanoseconds
     */
    public WatchAge(String what, Problem problem, Duration limit, LongSupplier nanos) {
        this.what = requireNonNull(what, "what");
        this.problem = requireNonNull(problem, "problem");
        this.limit = requireNonNull(limit, "limit");
        this.nanos = requireNonNull(nanos, "nanos");
        this.provenAt = nanos.getAsLong();
    }

    /** It is current now. */
    public void proven() {
        provenAt = nanos.getAsLong();
    }

    /** How long ago it was proven to be current. */
    public Duration age() {
        return Duration.ofNanos(nanos.getAsLong() - provenAt);
    }

    /** It is current again after it had been silent, and something had changed meanwhile: told once, by {@link #check}. */
    public void currentAgain(boolean differs) {
        Duration age = age();
        if (differs) {
            wasStale.set(age);
        }
        proven();
    }

    /**
     * Whether it may be believed.
     *
     * @param broken why it is not current; null where nothing but silence is known
     * @throws ClusterException where it is too old, and once after it had been
     */
    public void check(@Nullable ClusterException broken) {
        Duration old = wasStale.getAndSet(null);
        Duration age = age();
        if (age.compareTo(limit) > 0) {
            throw ClusterException.stale(
                    problem,
                    "what is known of every " + what + " is " + age.toSeconds() + " seconds old"
                            + (broken == null ? ": its watch is silent" : ": " + broken.message()),
                    age);
        }
        if (old != null) {
            throw ClusterException.stale(
                    problem,
                    "the watch of every " + what + " had been silent for " + old.toSeconds()
                            + " seconds while something changed",
                    old);
        }
    }
}
