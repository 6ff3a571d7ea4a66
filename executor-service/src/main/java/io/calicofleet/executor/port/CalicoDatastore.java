package io.calicofleet.executor.port;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Datastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.NodeNames;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Calico's resources of one cluster in the form of {@code projectcalico.org/v3}, as calicoctl shows them: policies by the
 * name people gave them, labels and annotations those that Calico sees. How a cluster stores them is the
 * adapters' matter: {@code crd.projectcalico.org/v1}, the aggregated API, or etcd.
 *
 * <p>All methods block the calling virtual thread and throw {@link ClusterException} for
 * what the cluster or its etcd refuses. Writes are whole objects under their resourceVersion.
 */
public interface CalicoDatastore {

    /** Where the cluster keeps its resources. */
    Datastore datastore();

    /** What a kubeconfig has to be allowed to do for an upgrade's reads and writes; none where none is used. */
    default List<Permission> permissions() {
        return List.of();
    }

    /** The resource; empty where it is not there or its kind is not served. Not for kinds in namespaces. */
    Optional<ObjectNode> find(CalicoKind kind, String name);

    /** All resources of a kind, in all namespaces. */
    List<ObjectNode> list(CalicoKind kind);

    /** Creates a resource; ALREADY_EXISTS where there is one of its name. Returns what the datastore made of it. */
    ObjectNode create(ObjectNode resource);

    /** Puts a resource in place of what is there, under its resourceVersion; CONFLICT where that is not the newest. */
    ObjectNode replace(ObjectNode resource);

    /** Deletes this resource, under every name it may be stored by; as good as done where it is not there. */
    void delete(ObjectNode resource);

    /**
     * Keeps the resources of a kind current.
     *
     * @param changed called after each change, on any thread; must not block
     */
    WatchedObjects watch(CalicoKind kind, Runnable changed);

    /**
     * Everything that is in etcd under a prefix, by its key, as it is stored, at one moment.
     *
     * @throws IllegalStateException where the datastore is no etcd: a fault of the step
     */
    default SortedMap<String, String> entries(String prefix) {
        throw new IllegalStateException("there is no etcd to read " + prefix + " of");
    }

    /** Which node of Kubernetes each node of Calico is. */
    default NodeNames nodeNames() {
        return new NodeNames(datastore() == Datastore.ETCD ? list(CalicoKind.NODE) : List.of());
    }
}
