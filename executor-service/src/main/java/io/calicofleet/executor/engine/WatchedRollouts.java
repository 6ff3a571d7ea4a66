package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.Rollouts;
import io.calicofleet.executor.port.WatchedObjects;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** Waits on a watch; looks from time to time all the same, should a watch miss something. */
final class WatchedRollouts implements Rollouts {

    private static final Duration LOOK_ANYWAY = Duration.ofSeconds(5);

    /** What is over within it need not be told. */
    private static final Duration TELL_AFTER = Duration.ofSeconds(3);

    private final ClusterApi cluster;
    private final StepSignals signals;
    private final Waits waits;
    private final Duration tellAfter;

    /** Who tells people of it. */
    interface Waits {
        /** It waits because of that; empty where that is told otherwise. */
        void still(String what);

        /** It waits no longer. */
        default void goesOn() {}
    }

    WatchedRollouts(ClusterApi cluster, StepSignals signals, Waits waits) {
        this(cluster, signals, waits, TELL_AFTER);
    }

    /** With waits told after {@code tellAfter}. */
    WatchedRollouts(ClusterApi cluster, StepSignals signals, Waits waits, Duration tellAfter) {
        this.cluster = requireNonNull(cluster, "cluster");
        this.signals = requireNonNull(signals, "signals");
        this.waits = requireNonNull(waits, "waits");
        this.tellAfter = requireNonNull(tellAfter, "tellAfter");
    }

    @Override
    public boolean await(
            Supplier<String> what,
            String apiVersion,
            String kind,
            String namespace,
            BooleanSupplier condition,
            Duration limit) {
        return await(what, changed -> cluster.watch(apiVersion, kind, namespace, "", changed), condition, limit);
    }

    @Override
    public boolean await(
            Supplier<String> what,
            Function<Runnable, WatchedObjects> watch,
            BooleanSupplier condition,
            Duration limit) {
        if (condition.getAsBoolean()) {
            return true;
        }
        // Counted is what is waited, not how long an API server needs to tell whether that is over.
        long left = limit.toNanos();
        long told = left - tellAfter.toNanos();
        WatchedObjects watched = watch.apply(signals::changed);
        try {
            while (!condition.getAsBoolean()) {
                signals.check();
                if (left <= 0) {
                    return false;
                }
                long began = System.nanoTime();
                signals.awaitChangeWhileActing(Duration.ofNanos(Math.min(left, LOOK_ANYWAY.toNanos())));
                left -= System.nanoTime() - began;
                if (left <= told) {
                    waits.still(what.get());
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            watched.close();
            waits.goesOn();
        }
    }
}
