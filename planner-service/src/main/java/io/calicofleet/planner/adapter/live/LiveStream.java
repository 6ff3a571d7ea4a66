package io.calicofleet.planner.adapter.live;

import io.calicofleet.planner.port.LiveEvents.Next;
import io.calicofleet.planner.port.LiveEvents.Request;
import io.calicofleet.planner.port.LiveEvents.Start;
import io.calicofleet.planner.port.LiveEvents.Stream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream. Without a gap and without a duplicate from the past into the present:
 *
 * <pre>
 * 1. read the topics from the start asked for to where they end now
 * 2. join the feed, which says at which offsets it goes on
 * 3. read on up to those offsets
 * 4. take from the feed; overlook what was read in 3 already
 * </pre>
 *
 * <p>One that is asked for what there is so far is complete after the first.
 */
final class LiveStream implements Stream {

    private static final long OVERLAP_MILLIS = 2000;

    private final Request request;
    private final LiveFeed feed;
    private final EventConsumers consumers;
    private final Semaphore histories;
    private final Runnable whenClosed;
    private @Nullable History history;
    private @Nullable LiveBuffer buffer;
    private Map<TopicPartition, Long> readAlready = Map.of();
    private boolean past;
    private boolean closed;

    LiveStream(Request request, LiveFeed feed, EventConsumers consumers, Semaphore histories, Runnable whenClosed) {
        this.request = request;
        this.feed = feed;
        this.consumers = consumers;
        this.histories = histories;
        this.whenClosed = whenClosed;
        this.past = !(request.start() instanceof Start.Now);
        this.buffer = past ? null : feed.join(request);
    }

    @Override
    public Next next(Duration wait) throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        try {
            Next next = null;
            while (next == null) {
                Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
                next = past ? fromThePast(left) : fromTheFeed(left);
                if (next == null && left.isZero()) {
                    next = new Next.Nothing();
                }
            }
            return next;
        } catch (KafkaException e) {
            return new Next.Ended("the topics cannot be read: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            closeHistory();
            if (buffer != null) {
                feed.leave(buffer);
            }
            whenClosed.run();
        }
    }

    private @Nullable Next fromThePast(Duration left) throws InterruptedException {
        History reading = history;
        if (reading == null) {
            if (!histories.tryAcquire(left.toNanos(), TimeUnit.NANOSECONDS)) {
                return null;
            }
            return openHistory();
        }
        Optional<RawEvent> event = reading.next();
        if (event.isPresent()) {
            return isTheOneSeen(event.get()) ? null : new Next.Live(event.get().event());
        }
        if (reading.finished()) {
            if (request.soFar()) {
                return new Next.Complete();
            }
            if (buffer == null) {
                buffer = feed.join(request);
                reading.readUntil(buffer.from());
            } else {
                readAlready = reading.positions();
                closeHistory();
                past = false;
            }
        }
        return null;
    }

    private @Nullable Next openHistory() {
        try {
            history = new History(consumers.open(), request::matches);
            history.readUntil(history.ends());
            if (request.start() instanceof Start.After after) {
                return resume(history, after.id());
            }
            return null;
        } finally {
            if (history == null) {
                histories.release();
            }
        }
    }

    /** Goes to a little before the event with this id. */
    private static @Nullable Next resume(History history, String id) {
        while (!history.finished()) {
            Optional<RawEvent> event = history.next();
            if (event.isPresent() && event.get().event().attributes().id().equals(id)) {
                history.restart(event.get().timestamp() - OVERLAP_MILLIS);
                return null;
            }
        }
        history.restart(0);
        return new Next.Remark("event " + id + " is not kept any more: this starts at the beginning");
    }

    private @Nullable Next fromTheFeed(Duration left) throws InterruptedException {
        LiveBuffer live = buffer;
        if (live == null) {
            throw new IllegalStateException("a stream without a past has a buffer");
        }
        String ended = live.ended();
        RawEvent event = live.poll(left);
        if (event == null) {
            return ended == null ? null : new Next.Ended(ended);
        }
        boolean known = event.offset() < readAlready.getOrDefault(event.partition(), 0L);
        return known ? null : new Next.Live(event.event());
    }

    private boolean isTheOneSeen(RawEvent event) {
        return request.start() instanceof Start.After after
                && event.event().attributes().id().equals(after.id());
    }

    private void closeHistory() {
        if (history != null) {
            history.close();
            history = null;
            histories.release();
        }
    }
}
