package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterId;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.Twin;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Which announced clusters are the same real one, by the UID of their namespace {@code kube-system}. What was announced before this
 * process was there counts as if it had just been. Thread-safe: the global thread tells, stream threads ask.
 */
final class Twins {

    /** Executors announce each cluster once a minute; who says nothing for so long serves nothing any more. */
    private static final Duration GONE = Duration.ofMinutes(10);

    private final LongSupplier nanos;
    private final Map<String, Announced> announced = new HashMap<>();
    private final Map<String, Set<String>> ids = new HashMap<>();
    private boolean complete;

    /** By a clock of nanoseconds that nobody sets. */
    Twins(LongSupplier nanos) {
        this.nanos = nanos;
    }

    private record Announced(String executor, String uid, long heard) {}

    /** A cluster was announced, or is not served any more. */
    synchronized void heard(String id, byte @Nullable [] json) {
        Announced before = announced.remove(id);
        if (before != null) {
            ids.computeIfPresent(before.uid(), (uid, same) -> {
                same.remove(id);
                return same.isEmpty() ? null : same;
            });
        }
        ClusterAnnounced now = json == null ? null : read(json);
        // A record of another key is nobody's announcement.
        if (now != null && now.uid() != null && now.cluster().value().equals(id)) {
            announced.put(id, new Announced(now.executor(), now.uid(), nanos.getAsLong()));
            ids.computeIfAbsent(now.uid(), uid -> new TreeSet<>()).add(id);
        }
    }

    /**
     * The first other id of that cluster which another executor serves.
     *
     * @param all what was announced so far
     */
    synchronized @Nullable Twin of(ClusterId cluster, KeyValueStore<String, byte[]> all) {
        complete(all);
        Announced own = announced.get(cluster.value());
        if (own == null) {
            return null;
        }
        for (String id : ids.getOrDefault(own.uid(), Set.of())) {
            Announced other = announced.get(id);
            if (other != null && isAnothers(other, own)) {
                return new Twin(own.executor(), ClusterId.of(id), other.executor(), own.uid());
            }
        }
        return null;
    }

    /**
     * The UID of that cluster as it was announced last; null where it was not.
     *
     * @param all what was announced so far
     */
    synchronized @Nullable String uid(ClusterId cluster, KeyValueStore<String, byte[]> all) {
        complete(all);
        Announced own = announced.get(cluster.value());
        return own == null ? null : own.uid();
    }

    private void complete(KeyValueStore<String, byte[]> all) {
        if (!complete) {
            complete = true;
            try (var stored = all.all()) {
                stored.forEachRemaining(entry -> heard(entry.key, entry.value));
            }
        }
    }

    /** An executor that serves one cluster under two ids sees and tells that itself. */
    private boolean isAnothers(Announced other, Announced own) {
        return !other.executor().equals(own.executor()) && nanos.getAsLong() - other.heard() < GONE.toNanos();
    }

    private static @Nullable ClusterAnnounced read(byte[] json) {
        try {
            return EventJson.read(json, ClusterAnnounced.class);
        } catch (IOException unreadable) {
            return null; // whoever takes a snapshot of the fleet tells
        }
    }
}
