package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Datastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.WatchedObjects;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;

/** A datastore around a datastore: all that is read and all that is written comes through one method each. */
abstract class ForwardingDatastore implements CalicoDatastore {

    private final CalicoDatastore calico;

    ForwardingDatastore(CalicoDatastore calico) {
        this.calico = requireNonNull(calico, "calico");
    }

    /** Around every read. */
    protected <T> T read(String what, Supplier<T> call) {
        return call.get();
    }

    /** Around every write. */
    protected <T> T write(ObjectNode resource, Supplier<T> call) {
        return call.get();
    }

    /** Around every deletion, which is a write. */
    protected <T> T deletion(ObjectNode resource, Supplier<T> call) {
        return write(resource, call);
    }

    @Override
    public final Datastore datastore() {
        return calico.datastore();
    }

    @Override
    public final List<Permission> permissions() {
        return calico.permissions();
    }

    @Override
    public final Optional<ObjectNode> find(CalicoKind kind, String name) {
        return read(kind.kind() + " " + name, () -> calico.find(kind, name));
    }

    @Override
    public final List<ObjectNode> list(CalicoKind kind) {
        return read("all " + kind.kind(), () -> calico.list(kind));
    }

    @Override
    public final SortedMap<String, String> entries(String prefix) {
        return read("all of " + prefix, () -> calico.entries(prefix));
    }

    @Override
    public final ObjectNode create(ObjectNode resource) {
        return write(resource, () -> calico.create(resource));
    }

    @Override
    public final ObjectNode replace(ObjectNode resource) {
        return write(resource, () -> calico.replace(resource));
    }

    @Override
    public final void delete(ObjectNode resource) {
        deletion(resource, () -> {
            calico.delete(resource);
            return resource;
        });
    }

    @Override
    public final WatchedObjects watch(CalicoKind kind, Runnable changed) {
        return calico.watch(kind, changed);
    }
}
