package io.calicofleet.executor.work;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.Datastore;
import io.calicofleet.executor.core.datastore.CalicoDatastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.EtcdAccess;
import io.calicofleet.executor.core.datastore.EtcdClients;
import io.calicofleet.executor.core.step.ClusterException;
import io.calicofleet.executor.core.step.ClusterException.Problem;
import io.calicofleet.executor.core.step.WatchedObjects;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/** The datastore of an install on etcd, without the etcd: for tests of what is beside it. */
final class MemoryDatastore implements CalicoDatastore, EtcdClients {

    private final Map<String, ObjectNode> resources = new ConcurrentSkipListMap<>();
    private long revision;

    @Override
    public CalicoDatastore open(EtcdAccess access, Supplier<CalicoVersion> version) {
        return this;
    }

    @Override
    public void close() {
        // nothing is open
    }

    @Override
    public Datastore datastore() {
        return Datastore.ETCD;
    }

    @Override
    public Optional<ObjectNode> find(CalicoKind kind, String name) {
        return Optional.ofNullable(resources.get(kind.kind() + "/" + name)).map(ObjectNode::deepCopy);
    }

    @Override
    public List<ObjectNode> list(CalicoKind kind) {
        return resources.values().stream()
                .filter(resource -> resource.path("kind").asText().equals(kind.kind()))
                .map(ObjectNode::deepCopy)
                .toList();
    }

    @Override
    public synchronized ObjectNode create(ObjectNode resource) {
        if (resources.containsKey(key(resource))) {
            throw new ClusterException(Problem.ALREADY_EXISTS, key(resource) + " is there already", null);
        }
        return store(resource);
    }

    @Override
    public synchronized ObjectNode replace(ObjectNode resource) {
        ObjectNode present = resources.get(key(resource));
        if (present == null || !version(present).equals(version(resource))) {
            throw new ClusterException(Problem.CONFLICT, key(resource) + " is not what it was", null);
        }
        return store(resource);
    }

    @Override
    public synchronized void delete(ObjectNode resource) {
        resources.remove(key(resource));
    }

    @Override
    public WatchedObjects watch(CalicoKind kind, Runnable changed) {
        return new WatchedObjects() {
            @Override
            public List<ObjectNode> objects() {
                return list(kind);
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
    }

    private ObjectNode store(ObjectNode resource) {
        ObjectNode stored = resource.deepCopy();
        stored.withObject("/metadata").put("resourceVersion", String.valueOf(++revision));
        resources.put(key(stored), stored);
        return stored.deepCopy();
    }

    private static String version(ObjectNode resource) {
        return resource.at("/metadata/resourceVersion").asText();
    }

    private static String key(ObjectNode resource) {
        return resource.path("kind").asText() + "/"
                + resource.at("/metadata/name").asText();
    }
}
