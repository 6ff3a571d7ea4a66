package io.calicofleet.executor.step.plan;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Datastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.WatchedObjects;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Calico's resources as they would be after the writes of a plan. Nothing is written. */
record PreviewDatastore(CalicoDatastore calico, Overlay overlay) implements CalicoDatastore {

    PreviewDatastore {
        requireNonNull(calico, "calico");
        requireNonNull(overlay, "overlay");
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
        return overlay.find(new ObjectKey(CalicoKind.GROUP, kind.kind(), "", name), () -> calico.find(kind, name));
    }

    @Override
    public List<ObjectNode> list(CalicoKind kind) {
        return overlay.list(
                calico.list(kind), object -> Json.text(object, "kind").equals(kind.kind()));
    }

    @Override
    public SortedMap<String, String> entries(String prefix) {
        return calico.entries(prefix);
    }

    @Override
    public ObjectNode create(ObjectNode resource) {
        return overlay.create(resource, () -> really(resource));
    }

    @Override
    public ObjectNode replace(ObjectNode resource) {
        return overlay.replace(resource, () -> really(resource));
    }

    @Override
    public void delete(ObjectNode resource) {
        overlay.delete(resource, () -> really(resource));
    }

    private Optional<ObjectNode> really(ObjectNode resource) {
        return calico.find(CalicoKind.of(resource), Objects.name(resource));
    }

    @Override
    public WatchedObjects watch(CalicoKind kind, Runnable changed) {
        return calico.watch(kind, changed);
    }
}
