package io.calicofleet.integrations.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** When something is tried again, when no more, and what of that is kept. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TriesTest {

    private static final Instant NOW = Instant.parse("2026-11-29T16:00:00.123Z");
    private static final Backoff BACKOFF =
            new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(15), Duration.ofHours(24));
    private static final Answer.Later LATER = new Answer.Later("it answered 503", Optional.empty());

    @Test
    void a_pause_doubles_up_to_the_longest_and_is_at_least_half_of_that() {
        Random random = new Random(1);
        for (int tries = 1; tries < 200; tries++) {
            Duration most = BACKOFF.pause(tries, 1);
            Duration pause = BACKOFF.pause(tries, random.nextDouble());

            assertThat(most).isEqualTo(Duration.ofSeconds(tries < 10 ? 1L << tries : 900));
            assertThat(pause).isBetween(most.dividedBy(2), most);
        }
    }

    @Test
    void it_is_given_up_a_while_after_the_first_try_however_often_it_was_tried() {
        Tries tries = Tries.none(NOW);
        int count = 0;
        for (Instant now = NOW; !BACKOFF.over(tries.first(), now); now = tries.due()) {
            tries = tries.failed(LATER, BACKOFF, now, 1);
            count++;
        }

        assertThat(tries.first()).isEqualTo(NOW);
        assertThat(tries.count()).isEqualTo(count).isBetween(90, 110);
    }

    @Test
    void who_asks_to_be_left_alone_is_left_alone_for_that_long_but_no_longer_than_an_hour() {
        Answer asked = Answer.of(429, "600");
        Tries tries = Tries.none(NOW).failed((Answer.Later) asked, BACKOFF, NOW, 1);

        assertThat(tries.due()).isEqualTo(NOW.plusSeconds(600));
        assertThat(Answer.of(503, "999999"))
                .isEqualTo(new Answer.Later("it answered 503", Optional.of(Duration.ofHours(1))));
        assertThat(Answer.of(503, "Sun, 29 Nov 2026 16:00:00 GMT")).isEqualTo(LATER);
    }

    @Test
    void answers_are_read_as_standard_webhooks_has_it() {
        assertThat(Answer.of(204, "")).isEqualTo(new Answer.Taken());
        assertThat(Answer.of(500, "")).isInstanceOf(Answer.Later.class);
        assertThat(Answer.of(404, "")).isInstanceOf(Answer.Later.class);
        assertThat(Answer.of(410, "")).isInstanceOf(Answer.Never.class);
        assertThat(Answer.of(302, ""))
                .isInstanceOfSatisfying(
                        Answer.Later.class, later -> assertThat(later.reason()).contains("not followed"));
    }

    @Test
    void what_is_kept_is_read_again_and_what_is_something_else_is_not() {
        Tries tries = Tries.none(NOW).failed(LATER, BACKOFF, NOW, 0.5).failed(LATER, BACKOFF, NOW.plusSeconds(2), 0.5);

        assertThat(Tries.parse(tries.encode())).contains(tries);
        assertThat(Tries.none(NOW).encode()).isEmpty();
        assertThat(Tries.parse("")).isEmpty();
        assertThat(Tries.parse("tries=1 first=yesterday due=now")).isEmpty();
    }

    @Test
    void pauses_that_cannot_be_are_refused() {
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1), Duration.ofHours(1)))
                .hasMessageContaining("pauses are longer than nothing");
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofHours(1)))
                .hasMessageContaining("no shorter than the first");
    }
}
