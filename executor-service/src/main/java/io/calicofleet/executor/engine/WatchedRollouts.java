package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.Rollouts;
import io.calicofleet.executor.port.WatchedObjects;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Waits on a watch; looks from time to time all the same, should a watch miss something. */
final class WatchedRollouts implements Rollouts {

    private static final Duration LOOK_ANYWAY = Duration.ofSeconds(5);

    private final ClusterApi cluster;
    private final StepSignals signals;
    private final Runnable waiting;

    /** With {@code waiting} called again and again while it waits. */
    WatchedRollouts(ClusterApi cluster, StepSignals signals, Runnable waiting) {
        this.cluster = requireNonNull(cluster, "cluster");
        this.signals = requireNonNull(signals, "signals");
        this.waiting = requireNonNull(waiting, "waiting");
    }

    @Override
    public boolean await(String apiVersion, String kind, String namespace, BooleanSupplier condition, Duration limit) {
        return await(changed -> cluster.watch(apiVersion, kind, namespace, "", changed), condition, limit);
    }

    @Override
    public boolean await(Function<Runnable, WatchedObjects> watch, BooleanSupplier condition, Duration limit) {
        if (condition.getAsBoolean()) {
            return true;
        }
        // Counted is what is waited, not how long an API server needs to tell whether that is over.
        long left = limit.toNanos();
        WatchedObjects watched = watch.apply(signals::changed);
        try {
            while (!condition.getAsBoolean()) {
                signals.check();
                if (left <= 0) {
                    return false;
                }
                long began = System.nanoTime();
                signals.awaitChangeWhileActing(Duration.ofNanos(Math.min(left, LOOK_ANYWAY.toNanos())));
                waiting.run();
                left -= System.nanoTime() - began;
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            watched.close();
        }
    }
}
