package io.calicofleet.planner.adapter.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.EventAttributes;
import io.calicofleet.event.EventType;
import io.calicofleet.planner.port.LiveEvents.LiveEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ChronologyTest {

    private static final TopicPartition STEPS = new TopicPartition("steps", 0);
    private static final TopicPartition PROGRESS = new TopicPartition("progress", 0);

    private final Chronology chronology = new Chronology();

    @Test
    void the_oldest_next_event_of_all_partitions_comes_first() {
        add("p1", PROGRESS, 0, 20);
        add("s1", STEPS, 0, 10);
        add("s2", STEPS, 1, 30);

        assertThat(drain()).containsExactly("s1", "p1", "s2");
        assertThat(chronology.empty()).isTrue();
    }

    @Test
    void events_of_one_partition_keep_their_order_even_where_their_times_do_not() {
        add("s1", STEPS, 0, 30);
        add("s2", STEPS, 1, 10);
        add("p1", PROGRESS, 0, 20);

        assertThat(drain()).containsExactly("p1", "s1", "s2");
    }

    @Test
    void nothing_comes_while_an_unfinished_partition_may_hold_something_older() {
        add("s1", STEPS, 0, 10);

        assertThat(chronology.next(Set.of(STEPS, PROGRESS))).isEmpty();
        add("p1", PROGRESS, 0, 5);
        assertThat(chronology.next(Set.of(STEPS, PROGRESS)))
                .map(ChronologyTest::id)
                .contains("p1");
    }

    private void add(String id, TopicPartition partition, long offset, long timestamp) {
        var attributes =
                new EventAttributes(id, "/test", EventType.STEP_REQUESTED, Instant.EPOCH, null, null, null, null, null);
        chronology.add(new RawEvent(new LiveEvent(attributes, new byte[0]), partition, offset, timestamp));
    }

    private List<String> drain() {
        List<String> ids = new ArrayList<>();
        for (Optional<RawEvent> next = chronology.next(List.of());
                next.isPresent();
                next = chronology.next(List.of())) {
            ids.add(id(next.get()));
        }
        return ids;
    }

    private static String id(RawEvent event) {
        return event.event().attributes().id();
    }
}
