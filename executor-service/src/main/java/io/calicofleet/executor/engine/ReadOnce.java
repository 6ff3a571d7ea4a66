package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.HelmEngine;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.WatchedObjects;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A cluster that is asked for each thing once: for a step that only reads, all it goes by is then of one time, and an API server is
 * spared what it has answered before. Not thread-safe: a step runs on one thread.
 */
final class ReadOnce implements ClusterApi {

    private record ListKey(String apiVersion, String kind, String namespace, String labelSelector) {}

    private final ClusterApi cluster;
    private final Map<ResourceRef, Optional<ObjectNode>> found = new HashMap<>();
    private final Map<ListKey, List<ObjectNode>> listed = new HashMap<>();
    private @Nullable Set<String> served;
    private @Nullable String version;
    private @Nullable String uid;

    ReadOnce(ClusterApi cluster) {
        this.cluster = requireNonNull(cluster, "cluster");
    }

    @Override
    public String version() {
        String known = version == null ? cluster.version() : version;
        version = known;
        return known;
    }

    @Override
    public String uid() {
        String known = uid == null ? cluster.uid() : uid;
        uid = known;
        return known;
    }

    @Override
    public boolean ready() {
        return cluster.ready();
    }

    @Override
    public Set<String> servedKinds() {
        Set<String> known = served == null ? cluster.servedKinds() : served;
        served = known;
        return known;
    }

    @Override
    public Optional<ObjectNode> find(ResourceRef ref) {
        return once(found, ref, () -> cluster.find(ref)).map(ObjectNode::deepCopy);
    }

    @Override
    public List<ObjectNode> list(String apiVersion, String kind, String namespace, String labelSelector) {
        return once(
                        listed,
                        new ListKey(apiVersion, kind, namespace, labelSelector),
                        () -> cluster.list(apiVersion, kind, namespace, labelSelector))
                .stream()
                .map(ObjectNode::deepCopy)
                .toList();
    }

    private static <K, T> T once(Map<K, T> known, K key, Supplier<T> ask) {
        T before = known.get(key);
        if (before != null) {
            return before;
        }
        T answer = ask.get();
        known.put(key, answer);
        return answer;
    }

    @Override
    public ObjectNode create(ObjectNode object) {
        return cluster.create(object);
    }

    @Override
    public ObjectNode replace(ObjectNode object) {
        return cluster.replace(object);
    }

    @Override
    public ObjectNode rehearse(ObjectNode object) {
        return cluster.rehearse(object);
    }

    @Override
    public void delete(ObjectNode object) {
        cluster.delete(object);
    }

    @Override
    public List<Permission> denied(List<Permission> wanted) {
        return cluster.denied(wanted);
    }

    @Override
    public WatchedObjects watch(
            String apiVersion, String kind, String namespace, String labelSelector, Runnable changed) {
        return cluster.watch(apiVersion, kind, namespace, labelSelector, changed);
    }

    @Override
    public HelmEngine helm() {
        return cluster.helm();
    }
}
