package io.calicofleet.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LinesTest {

    @Test
    void as_many_as_fit_stay_as_they_are() {
        List<String> most = Collections.nCopies(Lines.MOST, "a line");
        assertThat(Lines.few(most)).isEqualTo(most);
        assertThat(Lines.few(null)).isEmpty();
        assertThat(Lines.shortened("x".repeat(Lines.LONGEST))).hasSize(Lines.LONGEST);
    }

    @Test
    void the_last_line_counts_those_that_are_left_out() {
        List<String> many =
                IntStream.range(0, Lines.MOST + 1).mapToObj(i -> "line " + i).toList();
        assertThat(Lines.few(many)).hasSize(Lines.MOST).startsWith("line 0").endsWith("line 198", "and 2 more");
    }

    @Test
    void the_first_line_is_told_with_how_many_more_there_were_however_often_they_were_counted() {
        List<String> many = IntStream.range(0, 1000).mapToObj(i -> "line " + i).toList();
        assertThat(Lines.first(List.of("a line"))).isEqualTo("a line");
        assertThat(Lines.first(List.of("a line", "another"))).isEqualTo("a line, and 1 more");
        assertThat(Lines.first(many)).isEqualTo("line 0, and 999 more");
        assertThat(Lines.first(Lines.few(Lines.few(many), 10))).isEqualTo("line 0, and 999 more");
        assertThat(Lines.few(Lines.few(many), 10)).endsWith("line 8", "and 991 more");
    }

    @Test
    void a_text_that_is_too_long_ends_with_how_much_longer_it_was() {
        String said = Lines.shortened("y".repeat(Lines.LONGEST + 1000));
        assertThat(said).hasSizeLessThanOrEqualTo(Lines.LONGEST).endsWith("y... and 1040 characters more");
        assertThat(Lines.shortened("\uD83D\uDE00".repeat(Lines.LONGEST)).replace("\uD83D\uDE00", ""))
                .isEqualTo("... and 4040 characters more");
    }

    @Test
    void whatever_a_cluster_says_is_bounded_and_shortened_once() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<String> lines = new ArrayList<>();
            for (int i = random.nextInt(1 + random.nextInt(3000)); i > 0; i--) {
                lines.add("z".repeat(random.nextInt(1 + random.nextInt(9000))));
            }
            List<String> few = Lines.few(lines);
            assertThat(few).as("seed %s", seed).hasSizeLessThanOrEqualTo(Lines.MOST);
            assertThat(few.stream().mapToInt(String::length).sum()).isLessThanOrEqualTo(Lines.ALL);
            assertThat(few).allMatch(line -> line.length() <= Lines.LONGEST);
            assertThat(Lines.few(few)).isEqualTo(few);
            int left = lines.size() - few.size() + 1;
            assertThat(few.size() == lines.size() || few.getLast().equals("and " + left + " more"))
                    .isTrue();
        }
    }

    @Test
    void every_event_of_an_executor_or_a_verifier_shortens_what_it_quotes() {
        StepId step = StepId.parse("a/c01/upgrade/1");
        String tome = "w".repeat(100_000);
        List<String> many = Collections.nCopies(100_000, "many");
        StepFailed failed = new StepFailed(step, FailureReason.BUG, tome, many, tome);
        assertThat(failed.message()).hasSizeLessThanOrEqualTo(Lines.LONGEST);
        assertThat(failed.summary()).hasSizeLessThanOrEqualTo(Lines.LONGEST);
        assertThat(failed.evidence()).hasSize(Lines.MOST).endsWith("and 99801 more");
        assertThat(new StepHeld(step, HoldReason.NOT_SEEN, List.of(), many, tome).details())
                .hasSize(Lines.MOST);
        StepSucceeded succeeded = new StepSucceeded(step, null, many, many, tome);
        assertThat(succeeded.changes()).hasSize(Lines.MOST);
        assertThat(succeeded.notes()).hasSize(Lines.MOST);
        assertThat(new GateResult(GateKind.PODS, Outcome.FAILED, tome, many).evidence())
                .hasSize(Lines.MOST);
        StepProgressed progressed = new StepProgressed(step, 0, 0, "", tome, tome);
        assertThat(progressed.waitsFor()).hasSizeLessThanOrEqualTo(Lines.LONGEST);
    }
}
