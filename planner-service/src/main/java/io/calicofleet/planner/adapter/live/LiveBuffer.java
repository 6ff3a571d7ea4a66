package io.calicofleet.planner.adapter.live;

import io.calicofleet.planner.port.LiveEvents.Request;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What waits for one client: filled by the feed's thread, emptied by the client's. */
final class LiveBuffer {

    private final Request request;
    private final Map<TopicPartition, Long> from;
    private final BlockingQueue<RawEvent> queue;
    private volatile @Nullable String ended;

    /**
     * An empty buffer.
     *
     * @param request which events
     * @param from the first offset of each partition that is put in; what is before was missed or read elsewhere
     * @param capacity how many may wait
     */
    LiveBuffer(Request request, Map<TopicPartition, Long> from, int capacity) {
        this.request = request;
        this.from = Map.copyOf(from);
        this.queue = new ArrayBlockingQueue<>(capacity);
    }

    /** Which events. */
    Request request() {
        return request;
    }

    /** The first offsets. */
    Map<TopicPartition, Long> from() {
        return from;
    }

    /** Puts an event in, if it is asked for. Where there is no room, the buffer ends: what follows would have a gap. */
    void offer(RawEvent event) {
        if (ended == null && request.matches(event.event().attributes()) && !queue.offer(event)) {
            end("more events waited than the buffer of this stream holds");
        }
    }

    /** Takes nothing more; what waits can still be taken out. */
    void end(String why) {
        if (ended == null) {
            ended = why;
        }
    }

    /** Why nothing more is put in; null while it is. */
    @Nullable
    String ended() {
        return ended;
    }

    /** The next event; null where none came in time. */
    @Nullable
    RawEvent poll(Duration wait) throws InterruptedException {
        return queue.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
    }
}
