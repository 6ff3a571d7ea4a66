package io.calicofleet.executor.port;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** Waiting for what a cluster does by itself, driven by watches; people are told what is waited for where it lasts. */
public interface Rollouts {

    /** For a condition that tells by itself how far it is ({@link ProgressSink}). */
    Supplier<String> COUNTED = () -> "";

    /**
     * Waits until a condition holds; looks again on each change of the kind in the cluster.
     *
     * @param what is not so yet: a sentence without its full stop, asked for anew when it is told
     * @param apiVersion the kind whose changes matter
     * @param kind the kind whose changes matter
     * @param namespace its namespace; empty for all
     * @param condition looked at first of all, then after each change
     * @param limit how long at most
     * @return whether it holds
     */
    boolean await(
            Supplier<String> what,
            String apiVersion,
            String kind,
            String namespace,
            BooleanSupplier condition,
            Duration limit);

    /**
     * Waits until a condition holds and goes on to hold for a while; one that ends sooner may come again, twice.
     *
     * @param what is waited for, as it is now: a sentence without its full stop, asked for anew when it is told, also while it holds
     * @param steady how long it has to hold
     * @param limit how long at most it takes to come, each time
     * @return whether it holds
     */
    default boolean awaitSteadily(
            Supplier<String> what,
            String apiVersion,
            String kind,
            String namespace,
            BooleanSupplier condition,
            Duration steady,
            Duration limit) {
        for (int times = 0; times < 3; times++) {
            if (!await(what, apiVersion, kind, namespace, condition, limit)) {
                return false;
            }
            Supplier<String> lasting = () -> what.get() + "; it has to stay so for " + steady.toSeconds() + " s";
            if (!await(lasting, apiVersion, kind, namespace, () -> !condition.getAsBoolean(), steady)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Waits until a condition holds; looks again on each change that a watch hears of.
     *
     * @param what is not so yet: a sentence without its full stop, asked for anew when it is told
     * @param watch starts it, given what to call after each change; it is closed in the end
     * @param condition looked at first of all, then after each change
     * @param limit how long at most
     * @return whether it holds
     */
    boolean await(
            Supplier<String> what, Function<Runnable, WatchedObjects> watch, BooleanSupplier condition, Duration limit);
}
