package io.calicofleet.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CalmTest {

    private final Calm calm = new Calm(0);

    @Test
    void what_has_ended_is_quiet_after_four_seconds_and_what_waits_after_fifteen() {
        saw("all ended", true, true, 10);
        saw("all ended", true, true, 11);
        saw("all ended", true, true, 14);
        assertThat(calm.isQuiet()).isFalse();
        saw("all ended", true, true, 15);
        assertThat(calm.isQuiet()).isTrue();
        saw("one waits", true, false, 20);
        saw("one waits", true, false, 21);
        saw("one waits", true, false, 35);
        assertThat(calm.isQuiet()).isFalse();
        saw("one waits", true, false, 36);
        assertThat(calm.isQuiet()).isTrue();
    }

    @Test
    void a_look_that_takes_long_does_not_make_what_runs_quiet() {
        saw("a step runs", false, false, 10);
        assertThat(calm.isQuiet()).isFalse();
        saw("a step runs", false, false, 100);
        saw("another waits", true, false, 140);
        assertThat(calm.isQuiet()).as("it has just changed").isFalse();
        saw("another waits", true, false, 141);
        assertThat(calm.isQuiet()).isFalse();
    }

    @Test
    void one_that_runs_again_or_does_not_answer_begins_the_time_anew() {
        saw("held", true, true, 10);
        saw("held", true, true, 11);
        saw("held", true, true, 20);
        assertThat(calm.isQuiet()).isTrue();
        calm.busy();
        assertThat(calm.isQuiet()).isFalse();
        saw("held", true, true, 21);
        saw("running", false, true, 22);
        saw("held", true, true, 24);
        saw("held", true, true, 25);
        assertThat(calm.isQuiet()).isFalse();
    }

    @Test
    void it_is_stuck_when_nothing_has_changed_for_five_minutes() {
        saw("step 1", false, false, 10);
        saw("step 1", false, false, 309);
        assertThat(calm.isStuck(seconds(309))).isFalse();
        assertThat(calm.isStuck(seconds(310))).isTrue();
        saw("step 2", false, false, 311);
        assertThat(calm.isStuck(seconds(610))).isFalse();
    }

    private void saw(String what, boolean quiet, boolean over, long second) {
        calm.saw(what, quiet, over, seconds(second));
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
