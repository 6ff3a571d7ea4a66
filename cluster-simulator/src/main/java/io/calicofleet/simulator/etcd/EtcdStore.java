package io.calicofleet.simulator.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values under revisions as etcd counts them: one for every transaction that changes something, and of each key
 * the revision it was created and last changed at, and how often since it was created. The newest changes are remembered
 * for watches; older ones count as compacted.
 */
final class EtcdStore {

    private static final int REMEMBERED = 1000;
    private static final ByteString END = ByteString.copyFrom(new byte[] {0});

    private final TreeMap<ByteString, KeyValue> entries = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    private final ArrayDeque<Event> recent = new ArrayDeque<>();
    private final List<BiConsumer<Long, List<Event>>> listeners = new CopyOnWriteArrayList<>();
    private List<Event> transaction = new ArrayList<>();
    private long revision = 1;
    private long compacted;

    /** Runs reads and writes as one transaction: they see and make one revision. */
    synchronized <T> T transact(Supplier<T> action) {
        transaction = new ArrayList<>();
        T result = action.get();
        if (!transaction.isEmpty()) {
            revision++;
            for (Event event : transaction) {
                recent.add(event);
                if (recent.size() > REMEMBERED) {
                    compacted = recent.remove().getKv().getModRevision();
                }
            }
            List<Event> events = List.copyOf(transaction);
            transaction = new ArrayList<>();
            listeners.forEach(listener -> listener.accept(revision, events));
        }
        return result;
    }

    /** The revision of the last change; within a transaction that changes something already, of that one. */
    synchronized long revision() {
        return transaction.isEmpty() ? revision : revision + 1;
    }

    /** Revisions up to this one are not remembered. */
    synchronized long compacted() {
        return compacted;
    }

    synchronized @Nullable KeyValue get(ByteString key) {
        return entries.get(key);
    }

    /** The entries of a range as etcd defines it: empty {@code end} is one key, a zero byte everything from there on. */
    synchronized List<KeyValue> range(ByteString key, ByteString end) {
        return List.copyOf(view(key, end).values());
    }

    /** Whether a key is in a range. */
    static boolean contains(ByteString key, ByteString end, ByteString candidate) {
        var order = ByteString.unsignedLexicographicalComparator();
        if (end.isEmpty()) {
            return key.equals(candidate);
        }
        return order.compare(candidate, key) >= 0 && (end.equals(END) || order.compare(candidate, end) < 0);
    }

    /** Stores a value; what was there before, or null. */
    synchronized @Nullable KeyValue put(ByteString key, ByteString value) {
        KeyValue before = entries.get(key);
        long now = revision + 1;
        KeyValue entry = KeyValue.newBuilder()
                .setKey(key)
                .setValue(value)
                .setCreateRevision(before == null ? now : before.getCreateRevision())
                .setModRevision(now)
                .setVersion(before == null ? 1 : before.getVersion() + 1)
                .build();
        entries.put(key, entry);
        transaction.add(event(Event.EventType.PUT, entry, before));
        return before;
    }

    /** Deletes a range; what was there. */
    synchronized List<KeyValue> delete(ByteString key, ByteString end) {
        List<KeyValue> gone = range(key, end);
        for (KeyValue entry : gone) {
            entries.remove(entry.getKey());
            KeyValue tombstone = KeyValue.newBuilder()
                    .setKey(entry.getKey())
                    .setModRevision(revision + 1)
                    .build();
            transaction.add(event(Event.EventType.DELETE, tombstone, entry));
        }
        return gone;
    }

    /**
     * Hears of every change from now on, and at once of those remembered since a revision, none lost or told twice.
     *
     * @param listener told the revision and its events, under the store's lock: must not block
     */
    synchronized void listen(long since, BiConsumer<Long, List<Event>> listener) {
        if (since > 0) {
            List<Event> missed = recent.stream()
                    .filter(event -> event.getKv().getModRevision() >= since)
                    .toList();
            if (!missed.isEmpty()) {
                listener.accept(revision, missed);
            }
        }
        listeners.add(listener);
    }

    void forget(BiConsumer<Long, List<Event>> listener) {
        listeners.remove(listener);
    }

    private NavigableMap<ByteString, KeyValue> view(ByteString key, ByteString end) {
        if (end.isEmpty()) {
            return entries.subMap(key, true, key, true);
        }
        if (end.equals(END)) {
            return entries.tailMap(key, true);
        }
        return ByteString.unsignedLexicographicalComparator().compare(key, end) > 0
                ? new TreeMap<>()
                : entries.subMap(key, true, end, false);
    }

    private static Event event(Event.EventType type, KeyValue entry, @Nullable KeyValue before) {
        Event.Builder event = Event.newBuilder().setType(type).setKv(entry);
        if (before != null) {
            event.setPrevKv(before);
        }
        return event.build();
    }
}
