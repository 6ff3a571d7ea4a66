package io.calicofleet.planner.adapter.live;

import io.calicofleet.event.LogKeys;
import io.calicofleet.planner.port.LiveEvents.Request;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer for all live streams of this instance, which runs only while there are any. Clients join between two polls,
 * so each knows exactly with which offsets its buffer begins.
 */
final class LiveFeed implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(LiveFeed.class);
    private static final Duration POLL = Duration.ofMillis(50);

    private final EventConsumers consumers;
    private final int capacity;
    private final LiveBuffers buffers = new LiveBuffers();
    private final BlockingQueue<Joining> joining = new LinkedBlockingQueue<>();
    private @Nullable Thread thread;
    private boolean closed;

    LiveFeed(EventConsumers consumers, int capacity) {
        this.consumers = consumers;
        this.capacity = capacity;
    }

    /**
     * A buffer that gets every event asked for that is published after this returns.
     *
     * @throws KafkaException where the topics cannot be read
     */
    LiveBuffer join(Request request) {
        Joining newcomer = new Joining(request, new CompletableFuture<>());
        synchronized (this) {
            if (closed) {
                throw new KafkaException("the planner is stopping");
            }
            joining.add(newcomer);
            if (thread == null) {
                thread = Thread.ofPlatform().name("planner-live-feed").daemon().start(this::run);
            }
        }
        try {
            return newcomer.buffer().join();
        } catch (CompletionException e) {
            throw new KafkaException("cannot read the topics: " + e.getCause(), e);
        }
    }

    /** Puts nothing more into the buffer. */
    void leave(LiveBuffer buffer) {
        buffer.end("the client has left");
        buffers.remove(buffer);
    }

    /** Ends all streams. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        buffers.end("the planner is stopping");
    }

    private void run() {
        try (Consumer<byte[], byte[]> consumer = consumers.open()) {
            consumer.seekToEnd(consumer.assignment());
            while (!idle()) {
                for (Joining newcomer = joining.poll(); newcomer != null; newcomer = joining.poll()) {
                    LiveBuffer buffer = new LiveBuffer(newcomer.request(), positions(consumer), capacity);
                    buffers.add(buffer);
                    newcomer.buffer().complete(buffer);
                }
                Chronology chronology = new Chronology();
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    RawEvent.of(record, buffers::wanted).ifPresent(chronology::add);
                }
                for (var next = chronology.next(List.of()); next.isPresent(); next = chronology.next(List.of())) {
                    buffers.offer(next.orElseThrow());
                }
                buffers.tidy();
            }
        } catch (RuntimeException e) {
            LOGGER.atWarn().addKeyValue(LogKeys.REASON, e.toString()).log("live streams end");
            end(e);
        }
    }

    /** Whether nobody listens any more; from then on the next one to join starts a new thread. */
    private synchronized boolean idle() {
        if (!closed && !(joining.isEmpty() && buffers.isEmpty())) {
            return false;
        }
        thread = null;
        joining.forEach(newcomer -> newcomer.buffer().completeExceptionally(new KafkaException("stopping")));
        joining.clear();
        return true;
    }

    private synchronized void end(RuntimeException why) {
        thread = null;
        buffers.clear("the topics cannot be read: " + why.getMessage());
        joining.forEach(newcomer -> newcomer.buffer().completeExceptionally(why));
        joining.clear();
    }

    /** Where each partition is read next. The first call asks the broker; later ones are answered from memory. */
    private static Map<TopicPartition, Long> positions(Consumer<byte[], byte[]> consumer) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        consumer.assignment().forEach(partition -> positions.put(partition, consumer.position(partition)));
        return positions;
    }

    private record Joining(Request request, CompletableFuture<LiveBuffer> buffer) {}
}
