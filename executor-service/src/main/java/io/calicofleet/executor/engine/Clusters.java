package io.calicofleet.executor.engine;

import io.calicofleet.event.ClusterId;
import java.util.Optional;

/** The clusters this executor serves; they come and go while it runs. */
public interface Clusters {

    /** The cluster of that id. */
    Optional<? extends Cluster> find(ClusterId id);

    /** Why a cluster that is meant to be served is not; empty where it is, or where nothing is known of it. */
    default Optional<String> problem(ClusterId id) {
        return Optional.empty();
    }

    /** Whether every place where clusters are found was read; before that, nobody can say that one is not there. */
    default boolean complete() {
        return true;
    }
}
