package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ClusterId;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * How the work is done.
 *
 * @param executor the name of this executor
 * @param run tells runs of it apart
 * @param isOver whether a run, as {@link #holder(String, String)} names it, is over for certain
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

    private static final String AS = " as ";

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

    /**
     * Who holds the lease of a cluster: a run, since an executor that died and is back must not count as the one before; and
     * under which name, since two kubeconfigs may lead to one cluster and are not to take each other for themselves.
     */
    String holder(ClusterId cluster) {
        return holder(executor, run) + AS + cluster;
    }

    /** Whether the run that holds a lease is over for certain. */
    boolean isHolderOver(String holder) {
        int as = holder.lastIndexOf(AS);
        return isOver.test(as < 0 ? holder : holder.substring(0, as));
    }

    /** A run among all runs of all executors. */
    public static String holder(String executor, String run) {
        return executor + "/" + run;
    }
}
