package io.calicofleet.executor.adapter.kubernetes.observe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Datastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.NodeNames;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.WatchedObjects;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calico's own resources while a step is judged; each kind is watched from when it is asked for first. Not thread-safe. */
final class CalicoWatch implements AutoCloseable {

    private final Supplier<CalicoDatastore> finder;
    private final Runnable changed;
    private final Map<CalicoKind, WatchedObjects> watched = new EnumMap<>(CalicoKind.class);
    private @Nullable CalicoDatastore calico;

    /**
     * A watch.
     *
     * @param finder finds where they are; asked again until it knows
     * @param changed called after each change, on any thread; must not block
     */
    CalicoWatch(Supplier<CalicoDatastore> finder, Runnable changed) {
        this.finder = requireNonNull(finder, "finder");
        this.changed = requireNonNull(changed, "changed");
    }

    /** A resource, read anew. */
    Optional<ObjectNode> find(CalicoKind kind, String name) {
        return calico().find(kind, name);
    }

    /** All resources of a kind, as the watch last heard of them. */
    List<ObjectNode> all(CalicoKind kind) {
        WatchedObjects known = watched.get(kind);
        if (known == null) {
            known = calico().watch(kind, changed);
            watched.put(kind, known);
        }
        return known.objects();
    }

    /** Which node of Kubernetes each node of Calico is. */
    NodeNames nodeNames() {
        return new NodeNames(calico().datastore() == Datastore.ETCD ? all(CalicoKind.NODE) : List.<ObjectNode>of());
    }

    private CalicoDatastore calico() {
        CalicoDatastore known = calico;
        if (known == null) {
            known = finder.get();
            calico = known;
        }
        return known;
    }

    @Override
    public void close() {
        watched.values().forEach(WatchedObjects::close);
    }
}
