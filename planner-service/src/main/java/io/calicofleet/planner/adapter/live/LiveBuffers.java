package io.calicofleet.planner.adapter.live;

import io.calicofleet.event.EventAttributes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The buffers of all clients. They share the events; so together they hold what has come since the oldest event that waits for
 * somebody. Who is further behind than {@link LiveBuffer#FURTHEST} ends with nothing more to read: many clients that each stopped
 * reading at another moment would hold everything otherwise.
 */
final class LiveBuffers {

    private final List<LiveBuffer> buffers = new CopyOnWriteArrayList<>();
    private long head;

    void add(LiveBuffer buffer) {
        buffers.add(buffer);
    }

    void remove(LiveBuffer buffer) {
        buffers.remove(buffer);
    }

    boolean isEmpty() {
        return buffers.isEmpty();
    }

    /** Whether anybody asks for such an event. */
    boolean wanted(EventAttributes attributes) {
        return buffers.stream()
                .anyMatch(buffer -> buffer.ended() == null && buffer.request().matches(attributes));
    }

    /** Puts an event into the buffers of those that ask for it. Called by one thread. */
    void offer(RawEvent event) {
        head += event.event().json().length;
        buffers.forEach(buffer -> buffer.offer(event, head));
    }

    /** Drops those that are too far behind, and forgets those that are over. Called by the same thread. */
    void tidy() {
        buffers.forEach(buffer -> buffer.dropWhereBehind(head));
        buffers.removeIf(buffer -> buffer.ended() != null && buffer.isEmpty());
    }

    /** Ends all. */
    void end(String why) {
        buffers.forEach(buffer -> buffer.end(why));
    }

    /** Ends all and forgets them. */
    void clear(String why) {
        end(why);
        buffers.clear();
    }
}
