package io.calicofleet.executor.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.Plans;
import java.util.Optional;
import java.util.function.Predicate;

/** A cluster this executor serves. */
public interface Cluster {

    /** Which. */
    ClusterId id();

    /**
     * The id under which this executor serves the same real cluster; empty where it is this one.
     *
     * @param uid of its namespace kube-system; empty where that is not known
     * @param acts whether a step asks; else somebody looks
     */
    default Optional<ClusterId> sameAs(String uid, boolean acts) {
        return Optional.empty();
    }

    /** What a person is told of that. */
    static String sameAs(ClusterId id, ClusterId other, String uid) {
        return "The kubeconfigs of " + id + " and " + other
                + " lead to the same cluster: the UID of its kube-system is " + uid
                + ". It is served as " + other + ". Correct the kubeconfig of " + id
                + ", or remove it; nothing is done to a cluster under two ids.";
    }

    /** Its API server, as it is: no fence, no retries. */
    ClusterApi api();

    /**
     * Where it keeps Calico's resources, found out anew; no guard around it.
     *
     * @param asked its API server with a guard, to find it by
     * @param unguarded its API server without one, for the datastore to go through
     * @param daemonSet the one that ran calico-node when it used the datastore that is meant; empty for the one in use
     */
    CalicoDatastore datastore(ClusterApi asked, ClusterApi unguarded, Optional<ObjectNode> daemonSet);

    /**
     * A new attempt at its lease.
     *
     * @param holder who wants it: this run of this executor, for this cluster
     * @param isOver whether a holder is known to be over, so that its lease need not be waited for
     */
    LeaseLock lease(String holder, Predicate<String> isOver);

    /** Its journal. */
    Journal journal(ClusterApi through);

    /** Its backups, to be added to by a step of that kind. */
    StepBackups backups(ClusterApi through, StepKind kind);

    /** The plans of its steps, and the releases they brought. */
    Plans plans(ClusterApi through);

    /** How to look at it. */
    Observer observer();
}
