package io.calicofleet.planner.adapter.live;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.apache.kafka.common.TopicPartition;

/**
 * Merges the partitions' events: those of one partition keep their order, and among the partitions the one whose next
 * event is the oldest comes first.
 */
final class Chronology {

    private static final Queue<RawEvent> NOTHING = new ArrayDeque<>(0);

    private static final Comparator<RawEvent> OLDEST = Comparator.comparingLong(RawEvent::timestamp)
            .thenComparing(event -> event.partition().toString());

    private final Map<TopicPartition, Queue<RawEvent>> waiting = new HashMap<>();

    void add(RawEvent event) {
        waiting.computeIfAbsent(event.partition(), partition -> new ArrayDeque<>())
                .add(event);
    }

    /** How many events of the partition wait. */
    int waiting(TopicPartition partition) {
        Queue<RawEvent> queue = waiting.get(partition);
        return queue == null ? 0 : queue.size();
    }

    /** Forgets what waits. */
    void clear() {
        waiting.clear();
    }

    /** Whether nothing waits. */
    boolean empty() {
        return waiting.values().stream().allMatch(Queue::isEmpty);
    }

    /**
     * The next event.
     *
     * @param unfinished partitions that may hold an older one; while nothing of one of them waits, there is no next
     */
    Optional<RawEvent> next(Collection<TopicPartition> unfinished) {
        if (unfinished.stream().anyMatch(partition -> waiting(partition) == 0)) {
            return Optional.empty();
        }
        Optional<RawEvent> oldest = waiting.values().stream()
                .filter(queue -> !queue.isEmpty())
                .map(Queue::element)
                .min(OLDEST);
        oldest.ifPresent(
                event -> waiting.getOrDefault(event.partition(), NOTHING).remove());
        return oldest;
    }
}
