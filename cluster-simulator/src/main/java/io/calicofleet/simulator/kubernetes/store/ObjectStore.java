package io.calicofleet.simulator.kubernetes.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one cluster: one counter of resource versions for all of them, and the newest changes for watches.
 *
 * <p>What is stored is never changed; a change stores another tree that may share parts with the old one.
 */
public final class ObjectStore {

    /** Changes remembered for watches that come back; older ones answer 410. */
    private static final int REMEMBERED = 250;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<GroupResource, TreeMap<ObjectKey, ObjectNode>> objects = new HashMap<>();
    private final ArrayDeque<StoreEvent> recent = new ArrayDeque<>();
    private final Map<GroupResource, Long> forgotten = new HashMap<>();
    private final List<Consumer<StoreEvent>> listeners = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<GroupResource, ObjectNode>> admissions = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<GroupResource, ObjectNode>> checks = new CopyOnWriteArrayList<>();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private long version = 1;

    /** A list and the resource version it is of. */
    public record Listing(List<ObjectNode> objects, long version) {
        public Listing {
            objects = List.copyOf(objects);
        }
    }

    /** Runs something while nobody else changes the cluster. */
    public <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Is told of every change, within the lock: must return at once. */
    public void onEvent(Consumer<StoreEvent> listener) {
        listeners.add(listener);
    }

    /** Is given every new object before it is stored, as a mutating webhook is; may change it, but not what it shares. */
    public void onAdmission(BiConsumer<GroupResource, ObjectNode> webhook) {
        admissions.add(webhook);
    }

    /** Is given what controllers create before it is stored, and may refuse it by an exception. */
    public void onControllersCreate(BiConsumer<GroupResource, ObjectNode> check) {
        checks.add(check);
    }

    /** Lets the checks have what a controller creates. */
    public void checkCreate(GroupResource resource, ObjectNode object) {
        checks.forEach(check -> check.accept(resource, object));
    }

    /** Lets the webhooks have a new object. */
    public void admit(GroupResource resource, ObjectNode object) {
        admissions.forEach(webhook -> webhook.accept(resource, object));
    }

    /** The newest resource version. */
    public long version() {
        return locked(() -> version);
    }

    /** An object, or null. */
    public @Nullable ObjectNode get(GroupResource resource, ObjectKey key) {
        lock.lock();
        try {
            TreeMap<ObjectKey, ObjectNode> all = objects.get(resource);
            return all == null ? null : all.get(key);
        } finally {
            lock.unlock();
        }
    }

    /** All objects of a resource, in one namespace or, where it is empty, in all. */
    public Listing list(GroupResource resource, String namespace) {
        return locked(() -> {
            TreeMap<ObjectKey, ObjectNode> all = objects.get(resource);
            if (all == null) {
                return new Listing(List.of(), version);
            }
            if (namespace.isEmpty()) {
                return new Listing(new ArrayList<>(all.values()), version);
            }
            var ofNamespace = all.subMap(new ObjectKey(namespace, ""), new ObjectKey(namespace + "\0", ""));
            return new Listing(new ArrayList<>(ofNamespace.values()), version);
        });
    }

    /**
     * The same as it was at a resource version.
     *
     * @param at the version; 0 for now
     * @throws GoneException where what was there then is no longer known
     */
    public Listing list(GroupResource resource, String namespace, long at) throws GoneException {
        lock.lock();
        try {
            Listing now = list(resource, namespace);
            if (at == 0) {
                return now;
            }
            long horizon = forgotten.getOrDefault(resource, 0L);
            if (at < horizon) {
                throw new GoneException(at, horizon);
            }
            TreeMap<ObjectKey, ObjectNode> then = new TreeMap<>();
            now.objects().forEach(object -> then.put(ObjectKey.of(object), object));
            for (Iterator<StoreEvent> events = recent.descendingIterator(); events.hasNext(); ) {
                StoreEvent event = events.next();
                boolean concerns = event.resource().equals(resource)
                        && (namespace.isEmpty() || event.key().namespace().equals(namespace));
                if (event.version() > at && concerns) {
                    ObjectNode previous = event.previous();
                    if (previous == null) {
                        then.remove(event.key());
                    } else {
                        then.put(event.key(), previous);
                    }
                }
            }
            return new Listing(List.copyOf(then.values()), at);
        } finally {
            lock.unlock();
        }
    }

    /** Resources that have objects. */
    public Set<GroupResource> resources() {
        return locked(() -> Set.copyOf(objects.keySet()));
    }

    /** Stores an object under its own name, with the next resource version; the caller gives the tree away. */
    public ObjectNode put(GroupResource resource, ObjectNode object) {
        return locked(() -> {
            ObjectKey key = ObjectKey.of(object);
            stamp(object, ++version);
            ObjectNode previous =
                    objects.computeIfAbsent(resource, r -> new TreeMap<>()).put(key, object);
            publish(new StoreEvent(
                    previous == null ? StoreEvent.Type.ADDED : StoreEvent.Type.MODIFIED,
                    resource,
                    key,
                    object,
                    previous,
                    version));
            return object;
        });
    }

    /** Removes an object; null where it was not there. */
    public @Nullable ObjectNode remove(GroupResource resource, ObjectKey key) {
        lock.lock();
        try {
            TreeMap<ObjectKey, ObjectNode> all = objects.get(resource);
            ObjectNode previous = all == null ? null : all.remove(key);
            if (previous == null) {
                return null;
            }
            ObjectNode last = Json.shallow(previous);
            last.set("metadata", last.path("metadata").deepCopy());
            stamp(last, ++version);
            publish(new StoreEvent(StoreEvent.Type.DELETED, resource, key, last, previous, version));
            return last;
        } finally {
            lock.unlock();
        }
    }

    private static void stamp(ObjectNode object, long version) {
        Json.child(object, "metadata").put("resourceVersion", Long.toString(version));
    }

    private void publish(StoreEvent event) {
        recent.addLast(event);
        if (recent.size() > REMEMBERED) {
            StoreEvent oldest = recent.removeFirst();
            forgotten.put(oldest.resource(), oldest.version());
        }
        for (Watch watch : watches) {
            watch.offer(event);
        }
        for (Consumer<StoreEvent> listener : listeners) {
            listener.accept(event);
        }
    }

    /** Forgets all remembered changes, as a compaction does: watches from before answer 410. */
    public void compact() {
        locked(() -> {
            recent.forEach(event -> forgotten.put(event.resource(), event.version()));
            recent.clear();
            return version;
        });
    }

    /**
     * Watches a resource.
     *
     * @param since changes after this version are sent; 0 sends what is there as ADDED first; negative sends only what
     *     comes
     * @throws GoneException where the changes since then are no longer known
     */
    public Watch watch(GroupResource resource, String namespace, ObjectFilter filter, long since) throws GoneException {
        lock.lock();
        try {
            long horizon = forgotten.getOrDefault(resource, 0L);
            if (since > 0 && since < horizon) {
                throw new GoneException(since, horizon);
            }
            Watch watch = new Watch(resource, namespace, filter, this::close);
            if (since == 0) {
                for (ObjectNode object : list(resource, namespace).objects()) {
                    JsonNode rv = object.path("metadata").path("resourceVersion");
                    watch.offer(new StoreEvent(
                            StoreEvent.Type.ADDED, resource, ObjectKey.of(object), object, null, rv.asLong()));
                }
                watch.begun();
            } else if (since > 0) {
                recent.stream().filter(event -> event.version() > since).forEach(watch::offer);
            }
            watches.add(watch);
            return watch;
        } finally {
            lock.unlock();
        }
    }

    private void close(Watch watch) {
        watches.remove(watch);
    }

    /** Ends every watch, as a connection that breaks. */
    public int dropWatches() {
        List<Watch> open = List.copyOf(watches);
        open.forEach(Watch::drop);
        return open.size();
    }

    /** Number of open watches. */
    public int openWatches() {
        return watches.size();
    }
}
