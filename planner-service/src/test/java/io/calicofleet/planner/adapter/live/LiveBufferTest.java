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
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LiveBufferTest {

    private static final int MEBIBYTE = 1024 * 1024;

    private final LiveBuffer buffer = new LiveBuffer(new Request(null, null, Set.of(), new Start.Now()), Map.of(), 10);

    @Test
    void more_events_than_it_holds_end_it_with_a_reason_and_those_before_can_be_read() throws InterruptedException {
        for (int i = 0; i < 12; i++) {
            buffer.offer(event(10));
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
            buffer.offer(event(4 * MEBIBYTE));
        }
        assertThat(buffer.ended()).isNull();

        buffer.offer(event(1));

        assertThat(buffer.ended()).contains("read too slowly");
    }

    @Test
    void whoever_reads_has_room_again() throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            buffer.offer(event(4 * MEBIBYTE));
            assertThat(buffer.poll(Duration.ZERO)).isNotNull();
        }

        assertThat(buffer.ended()).isNull();
    }

    private static RawEvent event(int bytes) {
        Event<CampaignPaused> event = Event.of(
                "id", "/test", Instant.EPOCH, null, null, new CampaignPaused(CampaignName.of("a"), "", "paused"));
        return new RawEvent(new LiveEvent(event.attributes(), new byte[bytes]), new TopicPartition("t", 0), 0, 0);
    }
}
