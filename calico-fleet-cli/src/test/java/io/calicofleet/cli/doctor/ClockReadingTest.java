package io.calicofleet.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.doctor.ClockReading.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClockReadingTest {

    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    private static ClockReading reading(Kind kind, String whose, Duration ahead) {
        return new ClockReading(kind, whose, ahead, false);
    }

    @Test
    void clocks_that_differ_by_what_an_answer_takes_agree() {
        List<Finding> findings = ClockReading.judged(
                List.of(ClockReading.here(), reading(Kind.PLANNER, "the planner", Duration.ofSeconds(-3))));

        assertThat(findings).containsExactly(Finding.ok("clocks", "agree to 15 s: this machine, the planner"));
    }

    @Test
    void of_three_the_one_that_is_off_is_named_though_it_be_this_machines() {
        List<Finding> findings = ClockReading.judged(List.of(
                ClockReading.here(),
                reading(Kind.PLANNER, "the planner", Duration.ofMinutes(20)),
                reading(Kind.KAFKA, "Kafka's controller", Duration.ofMinutes(20).plusSeconds(1))));

        assertThat(findings).singleElement().satisfies(finding -> {
            assertThat(finding.state()).isEqualTo(Finding.State.LOOK);
            assertThat(finding.what()).startsWith("this machine: 20m00s behind the others: a time you type");
        });
    }

    @Test
    void of_two_nobody_can_tell_which_is_wrong() {
        assertThat(ClockReading.judged(
                        List.of(ClockReading.here(), reading(Kind.PLANNER, "the planner", Duration.ofSeconds(70)))))
                .singleElement()
                .satisfies(finding -> assertThat(finding.what())
                        .startsWith("the planner: 1m10s ahead of this machine; one of the two is wrong: windows"));
    }

    @Test
    void what_breaks_something_is_bad_and_says_what() {
        List<Finding> findings = ClockReading.judged(List.of(
                ClockReading.here(),
                reading(Kind.PLANNER, "the planner", Duration.ZERO),
                reading(Kind.EXECUTOR, "executor east", Duration.ofMinutes(-4)),
                new ClockReading(Kind.EXECUTOR, "executor west", Duration.ofSeconds(50), true),
                reading(Kind.KAFKA, "Kafka's controller", Duration.ofHours(-4))));

        assertThat(findings)
                .extracting(Finding::state, Finding::what)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                Finding.State.BAD,
                                "executor east: 4m00s behind the others: it is taken for silent after three minutes,"
                                        + " and its clusters for unknown"),
                        org.assertj.core.groups.Tuple.tuple(
                                Finding.State.LOOK,
                                "executor west: at least 50s ahead of the others: an approval or a step ends by it, and"
                                        + " it is taken for silent later or sooner than it is"),
                        org.assertj.core.groups.Tuple.tuple(
                                Finding.State.BAD,
                                "Kafka's controller: 4h00m behind the others: it refuses records from more than an hour"
                                        + " after its own time (message.timestamp.after.max.ms)"));
        assertThat(findings).allMatch(finding -> finding.remedy().contains("NTP"));
    }

    @Test
    void a_header_is_read_as_the_time_in_the_middle_of_its_second_and_of_the_answer() {
        Optional<ClockReading> read = ClockReading.of(
                Kind.PLANNER, "the planner", Optional.of("Mon, 30 Nov 2026 12:01:00 GMT"), NOON, NOON.plusSeconds(1));

        assertThat(read.orElseThrow().ahead()).isEqualTo(Duration.ofMinutes(1));
        assertThat(ClockReading.of(Kind.PLANNER, "the planner", Optional.of("yesterday"), NOON, NOON))
                .isEmpty();
        assertThat(ClockReading.of(Kind.PLANNER, "the planner", Optional.empty(), NOON, NOON))
                .isEmpty();
    }
}
