package io.calicofleet.simulator.kubernetes.store;

import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One watch: the changes of a resource that a client has not been sent yet. */
public final class Watch implements AutoCloseable {

    private final GroupResource resource;
    private final String namespace;
    private final ObjectFilter filter;
    private final Consumer<Watch> onClose;
    private final LinkedBlockingQueue<Item> queue = new LinkedBlockingQueue<>();
    private int initial;

    /** What the queue holds; no event means the end. */
    private record Item(@Nullable StoreEvent event) {}

    Watch(GroupResource resource, String namespace, ObjectFilter filter, Consumer<Watch> onClose) {
        this.resource = resource;
        this.namespace = namespace;
        this.filter = filter;
        this.onClose = onClose;
    }

    /** Takes an event where it concerns this watch: an object that leaves the selection is deleted for the watcher. */
    void offer(StoreEvent event) {
        if (!event.resource().equals(resource)
                || !(namespace.isEmpty() || namespace.equals(event.key().namespace()))) {
            return;
        }
        boolean now = filter.test(event.object());
        var previous = event.previous();
        boolean before = previous != null && filter.test(previous);
        StoreEvent.Type type = switch (event.type()) {
            case ADDED -> now ? StoreEvent.Type.ADDED : null;
            case DELETED -> before ? StoreEvent.Type.DELETED : null;
            case MODIFIED -> {
                if (now) {
                    yield before ? StoreEvent.Type.MODIFIED : StoreEvent.Type.ADDED;
                }
                yield before ? StoreEvent.Type.DELETED : null;
            }
        };
        if (type != null) {
            queue.add(new Item(
                    type == event.type()
                            ? event
                            : new StoreEvent(type, resource, event.key(), event.object(), previous, event.version())));
        }
    }

    /** How many events it begins with, of what is there. */
    public int initial() {
        return initial;
    }

    /** Whoever opens it has offered what is there. */
    void begun() {
        initial = queue.size();
    }

    /** What a wait ended with. */
    public sealed interface Next {
        /** A change. */
        record Changed(StoreEvent event) implements Next {}

        /** Nothing happened in the time. */
        record Nothing() implements Next {}

        /** The watch is over. */
        record Ended() implements Next {}
    }

    /** Waits for the next change. */
    public Next next(Duration atMost) throws InterruptedException {
        Item item = queue.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
        if (item == null) {
            return new Next.Nothing();
        }
        StoreEvent event = item.event();
        return event == null ? new Next.Ended() : new Next.Changed(event);
    }

    /** Ends the watch from the server's side. */
    void drop() {
        queue.add(new Item(null));
    }

    @Override
    public void close() {
        onClose.accept(this);
    }
}
