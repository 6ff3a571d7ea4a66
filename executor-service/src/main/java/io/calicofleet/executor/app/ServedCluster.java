package io.calicofleet.executor.app;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ClusterId;
import io.calicofleet.executor.engine.Cluster;
import java.util.Map;

/**
 * A cluster that is served.
 *
 * @param cluster how to act on it
 * @param labels its labels
 * @param probed whether there is an API server to ask how it is
 * @param close ends its connections
 */
record ServedCluster(Cluster cluster, Map<String, String> labels, boolean probed, Runnable close) {

    ServedCluster {
        requireNonNull(cluster, "cluster");
        requireNonNull(close, "close");
        labels = Map.copyOf(labels);
    }

    ClusterId id() {
        return cluster.id();
    }

    ServedCluster withLabels(Map<String, String> others) {
        return new ServedCluster(cluster, others, probed, close);
    }
}
