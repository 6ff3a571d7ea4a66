package io.calicofleet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClockWatchTest {

    private long wall = 1_000_000;
    private long passed = 5;
    private final ClockWatch watch = new ClockWatch(() -> wall, () -> passed);

    @Test
    void a_clock_that_was_set_back_is_told_once_with_by_how_much() {
        pass(Duration.ofSeconds(1));
        wall -= Duration.ofMinutes(10).toMillis();

        assertThat(watch.setBack()).contains(Duration.ofMinutes(10));
        pass(Duration.ofSeconds(1));
        assertThat(watch.setBack()).isEmpty();
    }

    @Test
    void a_clock_that_was_set_ahead_and_a_process_that_stood_still_are_well() {
        wall += Duration.ofMinutes(10).toMillis();
        assertThat(watch.setBack()).isEmpty();
        pass(Duration.ofHours(1));
        assertThat(watch.setBack()).isEmpty();
    }

    @Test
    void a_clock_that_is_set_ahead_and_back_again_within_a_tenth_of_a_second_is_noticed() {
        boolean told = false;
        Duration since = Duration.ZERO;
        for (int look = 0; look < 50; look++) {
            boolean before = isAhead(since);
            pass(ClockWatch.LOOK);
            since = since.plus(ClockWatch.LOOK);
            int set = (isAhead(since) ? 1 : 0) - (before ? 1 : 0);
            wall += set * Duration.ofMinutes(10).toMillis();
            told |= watch.setBack().isPresent();
        }
        assertThat(told).isTrue();
    }

    private static boolean isAhead(Duration since) {
        return since.compareTo(Duration.ofMillis(310)) >= 0 && since.compareTo(Duration.ofMillis(410)) < 0;
    }

    @Test
    void what_time_servers_correct_is_well() {
        for (int i = 0; i < 60; i++) {
            pass(Duration.ofSeconds(1));
            wall -= ClockWatch.HARMLESS.toMillis();
            assertThat(watch.setBack()).isEmpty();
        }
    }

    private void pass(Duration time) {
        wall += time.toMillis();
        passed += TimeUnit.NANOSECONDS.convert(time);
    }
}
