package io.calicofleet.planner.adapter.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.Event;
import io.calicofleet.planner.port.LiveEvents.LiveEvent;
import io.calicofleet.planner.port.LiveEvents.Request;
import io.calicofleet.planner.port.LiveEvents.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LiveBufferTest {

    private static final int MEBIBYTE = 1024 * 1024;

    private static final Request ANYTHING = new Request(null, null, Set.of(), new Start.Now(), false, event -> true);

    private final LiveBuffer buffer = new LiveBuffer(ANYTHING, Map.of(), 10);

    @Test
    void more_events_than_it_holds_end_it_with_a_reason_and_those_before_can_be_read() throws InterruptedException {
        for (int i = 0; i < 12; i++) {
            buffer.offer(event(10), 0);
        }

        assertThat(buffer.ended()).contains("read too slowly", "Last-Event-ID");
        for (int i = 0; i < 10; i++) {
            assertThat(buffer.poll(Duration.ZERO)).isNotNull();
        }
        assertThat(buffer.poll(Duration.ZERO)).isNull();
    }

    @Test
    void more_bytes_than_it_holds_end_it_too() {
        for (int i = 0; i < 4; i++) {
            buffer.offer(event(4 * MEBIBYTE), 0);
        }
        assertThat(buffer.ended()).isNull();

        buffer.offer(event(1), 0);

        assertThat(buffer.ended()).contains("read too slowly");
    }

    @Test
    void whoever_reads_has_room_again() throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            buffer.offer(event(4 * MEBIBYTE), 0);
            assertThat(buffer.poll(Duration.ZERO)).isNotNull();
        }

        assertThat(buffer.ended()).isNull();
    }

    /** Each of them stops reading at another moment, and so would hold other events. */
    @Test
    void a_thousand_clients_that_stopped_reading_hold_no_more_than_one_and_are_told() throws InterruptedException {
        LiveBuffers all = new LiveBuffers();
        List<LiveBuffer> stopped = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            LiveBuffer client = new LiveBuffer(ANYTHING, Map.of(), 1024);
            stopped.add(client);
            all.add(client);
            for (int j = 0; j < 2; j++) {
                all.offer(event(MEBIBYTE / 8));
            }
            all.tidy();
        }

        Set<RawEvent> held = Collections.newSetFromMap(new IdentityHashMap<>());
        int dropped = 0;
        for (LiveBuffer client : stopped) {
            dropped += client.ended() == null ? 0 : 1;
            for (RawEvent event = client.poll(Duration.ZERO); event != null; event = client.poll(Duration.ZERO)) {
                held.add(event);
            }
        }
        long bytes =
                held.stream().mapToLong(event -> event.event().json().length).sum();
        assertThat(bytes).isLessThanOrEqualTo(LiveBuffer.FURTHEST + MEBIBYTE);
        assertThat(dropped).isGreaterThan(900);
    }

    @Test
    void a_thousand_clients_that_read_get_everything_to_the_end_beside_one_that_does_not() throws InterruptedException {
        LiveBuffers all = new LiveBuffers();
        List<LiveBuffer> readers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            readers.add(new LiveBuffer(ANYTHING, Map.of(), 16));
            all.add(readers.getLast());
        }
        LiveBuffer slow = new LiveBuffer(ANYTHING, Map.of(), 16);
        all.add(slow);
        for (int sent = 0; sent < 1000; sent++) {
            RawEvent event = event(MEBIBYTE / 8);
            all.offer(event);
            all.tidy();
            for (LiveBuffer reader : readers) {
                assertThat(reader.poll(Duration.ZERO)).isSameAs(event);
            }
        }

        assertThat(readers).allMatch(reader -> reader.ended() == null && reader.isEmpty());
        assertThat(slow.ended()).contains("read too slowly");
        assertThat(slow.poll(Duration.ZERO)).as("what it held is let go").isNull();
        readers.forEach(all::remove);
        assertThat(all.isEmpty()).isTrue();
    }

    @Test
    void who_asks_for_little_and_reads_nothing_of_it_lets_go_when_much_of_others_has_come() {
        LiveBuffers all = new LiveBuffers();
        LiveBuffer little = new LiveBuffer(
                new Request(CampaignName.of("b"), null, Set.of(), new Start.Now(), false, event -> true), Map.of(), 16);
        all.add(little);
        all.offer(event(1, "b"));
        for (int i = 0; i < 16; i++) {
            all.offer(event(4 * MEBIBYTE, "a"));
            all.tidy();
        }
        assertThat(little.ended()).isNull();
        all.offer(event(4 * MEBIBYTE, "a"));
        all.tidy();
        assertThat(little.ended()).contains("read too slowly");
        assertThat(all.isEmpty()).isTrue();
    }

    private static RawEvent event(int bytes) {
        return event(bytes, "a");
    }

    private static RawEvent event(int bytes, String campaign) {
        Event<CampaignPaused> event = Event.of(
                "id", "/test", Instant.EPOCH, null, null, new CampaignPaused(CampaignName.of(campaign), "", "paused"));
        return new RawEvent(new LiveEvent(event.attributes(), new byte[bytes]), new TopicPartition("t", 0), 0, 0);
    }
}
