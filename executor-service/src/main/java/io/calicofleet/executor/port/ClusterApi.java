package io.calicofleet.executor.port;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The API server of one cluster, in whole objects: no partial writes, so that optimistic concurrency (resourceVersion)
 * guards every change.
 *
 * <p>All methods block the calling virtual thread and throw {@link ClusterException} for what the cluster refuses.
 */
public interface ClusterApi {

    /** The version of the API server, such as v1.21.14. */
    String version();

    /** What tells this cluster from every other: the UID of its namespace kube-system; empty where it has none. */
    default String uid() {
        return "";
    }

    /** Whether it says that it is ready to serve; true where it does not tell. UNAVAILABLE where there is no answer. */
    default boolean ready() {
        return true;
    }

    /**
     * What discovery lists, as {@code group/version Kind}; the core group as {@code v1 Kind}. Asked for anew each time.
     * Without the groups of aggregated APIs whose servers are away.
     */
    Set<String> servedKinds();

    /** The object; empty where it is not there or its kind is not served. */
    Optional<ObjectNode> find(ResourceRef ref);

    /**
     * The objects of a kind, each with apiVersion and kind; empty where the kind is not served.
     *
     * @param namespace the namespace; empty for all of them, and for kinds that have none
     * @param labelSelector a Kubernetes label selector; empty for all
     */
    List<ObjectNode> list(String apiVersion, String kind, String namespace, String labelSelector);

    /** All objects of a kind in all namespaces. */
    default List<ObjectNode> list(String apiVersion, String kind) {
        return list(apiVersion, kind, "", "");
    }

    /** Creates an object; ALREADY_EXISTS where there is one of its name. Returns what the cluster made of it. */
    ObjectNode create(ObjectNode object);

    /** Puts an object in place of what is there, under its resourceVersion; CONFLICT where that is not the newest. */
    ObjectNode replace(ObjectNode object);

    /**
     * Has the API server try to write an object, and stores nothing: to replace it where it has a resourceVersion, else to
     * create it. Refused as the write would be. Returns what would be stored.
     */
    ObjectNode rehearse(ObjectNode object);

    /** Deletes this very object (by its uid) and what it owns; as good as done where it is not there. Returns at once. */
    void delete(ObjectNode object);

    /** Deletes a pod that its controller makes anew. There is nothing to take back, so nothing of it is recorded. */
    default void restart(ObjectNode pod) {
        delete(pod);
    }

    /** Those of {@code wanted} that an access review denies. */
    List<Permission> denied(List<Permission> wanted);

    /**
     * Keeps the objects of a kind current. Broken watches are taken up again.
     *
     * @param labelSelector a Kubernetes label selector; empty for all
     * @param changed called after each change, on any thread; must not block
     */
    WatchedObjects watch(String apiVersion, String kind, String namespace, String labelSelector, Runnable changed);

    /**
     * What the pods with these labels have written last, each at most {@code lines} lines; without those that are not on a node yet, or whose log
     * cannot be had now. None where there is no API server to ask.
     *
     * @throws ClusterException where it may not be read
     */
    default List<PodLog> logs(String namespace, String labelSelector, int lines) {
        return List.of();
    }

    /** Helm on this cluster. */
    default HelmEngine helm() {
        return HelmEngine.NONE;
    }
}
