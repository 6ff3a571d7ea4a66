package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Datastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.WatchedObjects;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Calico's resources with the {@link Guard} of a step around them. */
record GuardedDatastore(CalicoDatastore calico, Guard guard) implements CalicoDatastore {

    GuardedDatastore {
        requireNonNull(calico, "calico");
        requireNonNull(guard, "guard");
    }

    @Override
    public Datastore datastore() {
        return calico.datastore();
    }

    @Override
    public List<Permission> permissions() {
        return calico.permissions();
    }

    @Override
    public Optional<ObjectNode> find(CalicoKind kind, String name) {
        return guard.find(kind.kind() + " " + name, () -> calico.find(kind, name));
    }

    @Override
    public List<ObjectNode> list(CalicoKind kind) {
        return guard.read("all " + kind.kind(), Collection::isEmpty, () -> calico.list(kind));
    }

    @Override
    public SortedMap<String, String> entries(String prefix) {
        return guard.read("all of " + prefix, Map::isEmpty, () -> calico.entries(prefix));
    }

    @Override
    public ObjectNode create(ObjectNode resource) {
        return guard.write(resource, () -> calico.create(resource));
    }

    @Override
    public ObjectNode replace(ObjectNode resource) {
        return guard.write(resource, () -> calico.replace(resource));
    }

    @Override
    public void delete(ObjectNode resource) {
        guard.delete(resource, () -> calico.delete(resource));
    }

    @Override
    public WatchedObjects watch(CalicoKind kind, Runnable changed) {
        return calico.watch(kind, changed);
    }
}
