package io.calicofleet.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StreamsSettingsTest {

    private static final StreamsSettings SETTINGS = new StreamsSettings(
            "ours", 1, 0, -1, "/tmp/ours", Duration.ofMillis(20), Duration.ofSeconds(6), Duration.ofSeconds(5));

    @Test
    void what_people_set_counts_more_than_our_tuning() {
        assertThat(SETTINGS.properties(
                        Map.of("poll.ms", 10, "producer.linger.ms", 20),
                        Map.of("poll.ms", "50", "bootstrap.servers", "k:1")))
                .containsEntry("poll.ms", "50")
                .containsEntry("producer.linger.ms", 20)
                .containsEntry("bootstrap.servers", "k:1");
    }

    @Test
    void effects_happen_once_whatever_people_set() {
        assertThat(SETTINGS.properties(
                        Map.of(), Map.of("processing.guarantee", "at_least_once", "application.id", "theirs")))
                .containsEntry("processing.guarantee", "exactly_once_v2")
                .containsEntry("application.id", "ours");
    }

    @Test
    void an_instance_tells_four_times_a_session_that_it_is_there() {
        assertThat(SETTINGS.properties(Map.of(), Map.of()))
                .containsEntry("consumer.session.timeout.ms", 6000)
                .containsEntry("consumer.heartbeat.interval.ms", 1500)
                .containsEntry("producer.transaction.timeout.ms", 5000);
    }
}
