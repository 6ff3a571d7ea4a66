package io.calicofleet.executor.step;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Datastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.WatchedObjects;
import java.util.List;
import java.util.Optional;

/** A datastore that says of itself that it is etcd: nodes of its own, all else as in the one it stands before. */
public final class OnEtcd implements CalicoDatastore {

    private final CalicoDatastore others;
    private final List<ObjectNode> nodes;

    public OnEtcd(CalicoDatastore others, List<ObjectNode> nodes) {
        this.others = requireNonNull(others, "others");
        this.nodes = List.copyOf(nodes);
    }

    @Override
    public Datastore datastore() {
        return Datastore.ETCD;
    }

    @Override
    public Optional<ObjectNode> find(CalicoKind kind, String name) {
        return others.find(kind, name);
    }

    @Override
    public List<ObjectNode> list(CalicoKind kind) {
        return kind == CalicoKind.NODE ? nodes : others.list(kind);
    }

    @Override
    public ObjectNode create(ObjectNode resource) {
        return others.create(resource);
    }

    @Override
    public ObjectNode replace(ObjectNode resource) {
        return others.replace(resource);
    }

    @Override
    public void delete(ObjectNode resource) {
        others.delete(resource);
    }

    @Override
    public WatchedObjects watch(CalicoKind kind, Runnable changed) {
        return others.watch(kind, changed);
    }
}
