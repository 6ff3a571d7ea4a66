package io.calicofleet.planner.adapter.live;

import io.calicofleet.event.Topic;
import io.calicofleet.planner.port.LiveEvents.Request;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one client: filled by the feed's thread, emptied by the client's. Bounded by number and by bytes; events are
 * shared by all buffers, so together they hold little more than the one that is furthest behind.
 */
final class LiveBuffer {

    /** What may wait; the largest event has a quarter of it. */
    private static final int MOST_BYTES = 4 * Topic.MAX_RECORD_BYTES;

    /** Bytes of events for anybody that may come after one that still waits. */
    static final int FURTHEST = 4 * MOST_BYTES;

    private static final String TOO_SLOW =
            "it was read too slowly: more waited than the buffer of a stream holds. Go on with Last-Event-ID";

    private final Request request;
    private final Map<TopicPartition, Long> from;
    private final BlockingQueue<Waiting> queue;
    private final AtomicLong bytes = new AtomicLong();
    private volatile @Nullable String ended;

    /** An event, and how many bytes of events had come with it. */
    private record Waiting(RawEvent event, long head) {}

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

    /**
     * Puts an event in, if it is asked for. Where there is no room, the buffer ends: what follows would have a gap.
     *
     * @param head how many bytes of events have come, this one included
     */
    void offer(RawEvent event, long head) {
        if (ended != null || !request.matches(event.event().attributes())) {
            return;
        }
        int size = event.event().json().length;
        if (bytes.get() + size > MOST_BYTES || !queue.offer(new Waiting(event, head))) {
            end(TOO_SLOW);
        } else {
            bytes.addAndGet(size);
        }
    }

    /** Ends with nothing more to read where too much has come since the oldest event that waits. */
    void dropWhereBehind(long head) {
        Waiting oldest = queue.peek();
        if (oldest != null && head - oldest.head() > FURTHEST) {
            end(TOO_SLOW);
            queue.clear();
        }
    }

    boolean isEmpty() {
        return queue.isEmpty();
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
        Waiting next = queue.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
            return null;
        }
        bytes.addAndGet(-next.event().event().json().length);
        return next.event();
    }
}
