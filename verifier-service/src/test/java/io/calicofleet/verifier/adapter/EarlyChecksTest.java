package io.calicofleet.verifier.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.StepId;
import io.calicofleet.verifier.Observations;
import io.calicofleet.verifier.core.gate.Check;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EarlyChecksTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final EarlyChecks early = new EarlyChecks();

    @Test
    void the_newest_check_of_a_step_is_there_once_when_the_step_is_known() {
        early.keep(check("a/c1/upgrade/1", 1), NOW);
        early.keep(check("a/c1/upgrade/1", 2), NOW);

        assertThat(early.take(StepId.parse("a/c1/upgrade/2"), NOW)).isNull();
        assertThat(early.take(StepId.parse("a/c1/upgrade/1"), NOW)).isEqualTo(check("a/c1/upgrade/1", 2));
        assertThat(early.take(StepId.parse("a/c1/upgrade/1"), NOW)).isNull();
    }

    @Test
    void what_no_request_follows_is_forgotten() {
        early.keep(check("a/c1/upgrade/1", 1), NOW);

        assertThat(early.take(
                        StepId.parse("a/c1/upgrade/1"),
                        NOW.plus(EarlyChecks.KEPT).plusMillis(1)))
                .isNull();
        assertThat(early.size()).isZero();
    }

    @Test
    void checks_of_any_number_of_steps_take_a_bounded_place() {
        for (int i = 1; i <= 10 * EarlyChecks.MOST; i++) {
            early.keep(check("a/c" + i + "/upgrade/1", 1), NOW.plus(Duration.ofMillis(i)));
        }

        assertThat(early.size()).isEqualTo(EarlyChecks.MOST);
        assertThat(early.take(StepId.parse("a/c" + 10 * EarlyChecks.MOST + "/upgrade/1"), NOW))
                .isNotNull();
        assertThat(early.take(StepId.parse("a/c1/upgrade/1"), NOW)).isNull();
    }

    private static Inbound.Checked check(String step, long sequence) {
        return new Inbound.Checked(
                StepId.parse(step),
                new Check(
                        "run",
                        sequence,
                        true,
                        Observations.settled(CalicoVersion.of(3, 22, 5)),
                        NOW,
                        Duration.ofSeconds(10)));
    }
}
