package io.calicofleet.executor.engine;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Records that are not worked off: they wait behind another one of their cluster, or nobody serves it. A planner asks for one step of a
 * cluster at a time, so these are few; a topic full of others must not fill the memory. Not thread-safe.
 */
final class Backlog {

    static final int MOST = 20_000;
    static final long MOST_BYTES = 32L * 1024 * 1024;

    private final Set<Delivery> records = Collections.newSetFromMap(new IdentityHashMap<>());
    private long bytes;
    private @Nullable CompletableFuture<Void> room;

    void add(Delivery delivery) {
        if (records.add(delivery)) {
            bytes += delivery.size();
        }
    }

    /** It waits no more, if it did. */
    void remove(Delivery delivery) {
        if (records.remove(delivery)) {
            bytes -= delivery.size();
            if (!isFull()) {
                open();
            }
        }
    }

    /** What was waited for is given up. */
    void clear() {
        records.clear();
        bytes = 0;
        open();
    }

    /** Done when there is room. */
    CompletableFuture<Void> room() {
        if (!isFull()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> known = room;
        if (known == null) {
            known = new CompletableFuture<>();
            room = known;
        }
        return known;
    }

    private boolean isFull() {
        return records.size() >= MOST || bytes >= MOST_BYTES;
    }

    private void open() {
        CompletableFuture<Void> waitedFor = room;
        room = null;
        if (waitedFor != null) {
            // Not here: whoever waits brings the next record at once.
            waitedFor.completeAsync(() -> null);
        }
    }
}
