package io.calicofleet.executor.work;

import static java.util.Objects.requireNonNull;

import io.calicofleet.executor.core.step.ClusterException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tries again what was not answered, for a bounded time, with pauses that grow. */
final class Patience {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    /** Told of the first failure, and then about every half minute. */
    interface Listener {
        /** There has been no answer for {@code since}; it is tried again. */
        void retrying(String what, Duration since, ClusterException why);
    }

    private final Duration patience;
    private final Duration longestPause;
    private final RunControl control;
    private final Listener listener;

    Patience(Duration patience, Duration longestPause, RunControl control, Listener listener) {
        this.patience = requireNonNull(patience, "patience");
        this.longestPause = requireNonNull(longestPause, "longestPause");
        this.control = requireNonNull(control, "control");
        this.listener = requireNonNull(listener, "listener");
    }

    /** The answer, once there is one; what cannot get better by asking again is thrown at once. */
    <T> T with(String what, Supplier<T> call) {
        long began = System.nanoTime();
        Duration pause = FIRST_PAUSE;
        @Nullable Duration told = null;
        while (true) {
            try {
                return call.get();
            } catch (ClusterException e) {
                Duration since = Duration.ofNanos(System.nanoTime() - began);
                if (!e.isTransient() || since.compareTo(patience) > 0) {
                    throw e;
                }
                if (told == null || since.minus(told).toSeconds() >= 30) {
                    told = since;
                    listener.retrying(what, since, e);
                }
                pause = pause(pause, e);
            }
        }
    }

    private Duration pause(Duration pause, ClusterException why) {
        control.check();
        try {
            control.pause(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw why;
        }
        control.check();
        Duration next = pause.multipliedBy(2);
        return next.compareTo(longestPause) > 0 ? longestPause : next;
    }
}
