package io.calicofleet.planner.adapter.live;

import io.calicofleet.event.EventAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads what is on the topics, oldest first, up to given offsets. Reads little ahead: a partition of which enough waits is
 * paused until the others have caught up.
 */
final class History implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int READ_AHEAD = 200;

    private final Consumer<byte[], byte[]> consumer;
    private final Predicate<EventAttributes> wanted;
    private final Chronology chronology = new Chronology();
    private final Set<TopicPartition> unfinished = new HashSet<>();
    private Map<TopicPartition, Long> until = Map.of();

    /**
     * Starts at the beginning.
     *
     * @param consumer with all partitions assigned; closed with this
     * @param wanted which events
     */
    History(Consumer<byte[], byte[]> consumer, Predicate<EventAttributes> wanted) {
        this.consumer = consumer;
        this.wanted = wanted;
        consumer.seekToBeginning(consumer.assignment());
    }

    /** Reads again, from the first record of each partition that is not older than {@code timestamp}. */
    void restart(long timestamp) {
        chronology.clear();
        Map<TopicPartition, Long> times = new HashMap<>();
        consumer.assignment().forEach(partition -> times.put(partition, timestamp));
        consumer.offsetsForTimes(times).forEach((partition, found) -> {
            if (found != null) {
                consumer.seek(partition, found.offset());
            } else {
                consumer.seekToEnd(Set.of(partition));
            }
        });
        readUntil(ends());
    }

    /** Where the topics end now. */
    Map<TopicPartition, Long> ends() {
        return consumer.endOffsets(consumer.assignment());
    }

    /** Sets how far to read: up to these offsets, themselves left out. */
    void readUntil(Map<TopicPartition, Long> offsets) {
        until = Map.copyOf(offsets);
        unfinished.clear();
        consumer.assignment().stream().filter(this::unfinished).forEach(unfinished::add);
    }

    /** Whether everything up to where it was to read has been given out. */
    boolean finished() {
        return unfinished.isEmpty() && chronology.empty();
    }

    /** Where each partition is read next. */
    Map<TopicPartition, Long> positions() {
        Map<TopicPartition, Long> positions = new HashMap<>();
        consumer.assignment().forEach(partition -> positions.put(partition, consumer.position(partition)));
        return positions;
    }

    /** The next event; empty where there is none yet, or none any more. Polls at most once. */
    Optional<RawEvent> next() {
        Optional<RawEvent> ready = chronology.next(unfinished);
        if (ready.isPresent() || unfinished.isEmpty()) {
            return ready;
        }
        Set<TopicPartition> full = new HashSet<>();
        consumer.assignment().stream()
                .filter(partition -> !unfinished.contains(partition) || chronology.waiting(partition) >= READ_AHEAD)
                .forEach(full::add);
        consumer.resume(consumer.paused());
        consumer.pause(full);
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            RawEvent.of(record, wanted).ifPresent(chronology::add);
        }
        unfinished.removeIf(partition -> !unfinished(partition));
        return chronology.next(unfinished);
    }

    /** Closes the consumer without waiting for the broker to answer; there is nothing it could say. */
    @Override
    public void close() {
        // A client that leaves interrupts its thread; closing is to work nevertheless.
        boolean interrupted = Thread.interrupted();
        consumer.close(CloseOptions.timeout(Duration.ZERO));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean unfinished(TopicPartition partition) {
        return consumer.position(partition) < until.getOrDefault(partition, 0L);
    }
}
