package io.calicofleet.executor.work;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.step.ClusterApi;
import io.calicofleet.executor.core.step.ClusterException;
import io.calicofleet.executor.core.step.ClusterException.Problem;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tries again what an API server did not answer: during an upgrade of the network it is normal that it does not, for
 * minutes. A write that was made and whose answer was lost comes back as a conflict; the steps look again then.
 */
final class PatientCluster extends ForwardingCluster {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    /** Told of the first failure, and then about every half minute. */
    interface Listener {
        /** The cluster has not answered for {@code since}; it is tried again. */
        void retrying(String what, Duration since, ClusterException why);
    }

    private final Duration patience;
    private final Duration longestPause;
    private final RunControl control;
    private final Listener listener;

    PatientCluster(
            ClusterApi cluster, Duration patience, Duration longestPause, RunControl control, Listener listener) {
        super(cluster);
        this.patience = requireNonNull(patience, "patience");
        this.longestPause = requireNonNull(longestPause, "longestPause");
        this.control = requireNonNull(control, "control");
        this.listener = requireNonNull(listener, "listener");
    }

    @Override
    protected <T> T read(String what, Supplier<T> call) {
        return patiently(what, call);
    }

    @Override
    protected <T> T write(ObjectNode object, Supplier<T> call) {
        return patiently(object.path("kind").asText(), call);
    }

    private <T> T patiently(String what, Supplier<T> call) {
        long began = System.nanoTime();
        Duration pause = FIRST_PAUSE;
        @Nullable Duration told = null;
        while (true) {
            try {
                return call.get();
            } catch (ClusterException e) {
                Duration since = Duration.ofNanos(System.nanoTime() - began);
                if (e.problem() != Problem.UNAVAILABLE || since.compareTo(patience) > 0) {
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
