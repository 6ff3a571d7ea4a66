package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.function.Predicate;

/**
 * How the work is done.
 *
 * @param executor the name of this executor
 * @param run tells runs of it apart
 * @param isOver whether a run, as {@link #holder()} names it, is over for certain
 * @param patience how long an API server that does not answer is tried again
 * @param longestPause between two tries
 * @param leaseWait how long to wait for a lease another executor holds
 * @param clusterGrace how long a cluster may be unknown before its step fails: its kubeconfig may just be replaced
 * @param observeEvery the steady interval of observations
 * @param settle how long to gather changes before the next observation
 * @param secondLook how soon an observation is repeated, so that a gate can see that it is stable
 * @param observeGrace how long after the limit of a step to go on observing without a verdict
 */
public record EngineSettings(
        String executor,
        String run,
        Predicate<String> isOver,
        Duration patience,
        Duration longestPause,
        Duration leaseWait,
        Duration clusterGrace,
        Duration observeEvery,
        Duration settle,
        Duration secondLook,
        Duration observeGrace) {

    public EngineSettings {
        requireNonNull(executor, "executor");
        requireNonNull(run, "run");
        requireNonNull(isOver, "isOver");
        requireNonNull(patience, "patience");
        requireNonNull(longestPause, "longestPause");
        requireNonNull(leaseWait, "leaseWait");
        requireNonNull(clusterGrace, "clusterGrace");
        requireNonNull(observeEvery, "observeEvery");
        requireNonNull(settle, "settle");
        requireNonNull(secondLook, "secondLook");
        requireNonNull(observeGrace, "observeGrace");
    }

    /** Who holds the leases: a run, since an executor that died and is back must not count as the one before. */
    String holder() {
        return holder(executor, run);
    }

    /** Who holds the leases of a run. */
    public static String holder(String executor, String run) {
        return executor + "/" + run;
    }
}
