package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StepNotesTest {

    private static final StepId CULPRIT = step("c01", 1);
    private static final StepId BESIDE = step("c02", 1);
    private static final StepId ANOTHER = step("c03", 1);

    private final Lines lines = new Lines();
    private Instant now = Instant.parse("2026-11-28T10:00:00Z");
    private long nanos;

    @Test
    void a_step_that_ends_leaves_nothing_behind() {
        StepNotes notes = start();
        notes.begin(CULPRIT);
        notes.ended(CULPRIT, false);
        for (int i = 0; i < 5; i++) {
            notes = start();
        }
        assertThat(notes.setAside(CULPRIT)).isEmpty();
        assertThat(lines.text).isEmpty();
    }

    @Test
    void a_step_is_executed_again_after_it_was_cut_off_twice_and_set_aside_the_third_time() {
        diesIn(CULPRIT);
        assertThat(start().setAside(CULPRIT)).isEmpty();
        now = now.plusSeconds(60);
        diesIn(CULPRIT);
        assertThat(start().setAside(CULPRIT)).isEmpty();
        now = now.plusSeconds(60);
        diesIn(CULPRIT);
        // Then
        now = now.plusSeconds(60);
        StepHeld held = (StepHeld) start().setAside(CULPRIT).orElseThrow().toEvent(CULPRIT);
        assertThat(held.reason()).isEqualTo(HoldReason.EXECUTOR_ENDED);
        assertThat(held.summary())
                .startsWith("c01: The executor ended again and again in the middle of the step: it came back at")
                .contains("2026-11-28T10:00:00Z, 2026-11-28T10:01:00Z, 2026-11-28T10:03:00Z", "then retry");
    }

    @Test
    void what_was_set_aside_stays_so_until_it_is_asked_for_anew_and_then_runs_once_more() {
        diesThreeTimes();
        assertThat(start().setAside(CULPRIT)).isPresent();
        assertThat(start().setAside(CULPRIT)).isPresent();
        StepId retried = step("c01", 2);
        assertThat(start().setAside(retried)).isEmpty();
        // When
        diesIn(retried);
        // Then
        assertThat(start().setAside(retried)).isPresent();
        assertThat(start().setAside(step("c01", 3))).isEmpty();
    }

    @Test
    void a_retry_that_ends_clears_it() {
        diesThreeTimes();
        StepId retried = step("c01", 2);
        StepNotes notes = start();
        assertThat(notes.begin(retried)).isTrue();
        notes.ended(retried, false);
        diesIn(retried);
        diesIn(retried);
        assertThat(start().setAside(retried)).isEmpty();
    }

    @Test
    void suspects_are_executed_one_after_the_other_and_nobody_else_waits() {
        diesIn(CULPRIT, BESIDE);
        diesIn(CULPRIT, BESIDE);
        StepNotes notes = start();
        assertThat(notes.begin(BESIDE)).isTrue();
        assertThat(notes.begin(ANOTHER)).as("was not there when it died").isTrue();
        assertThat(notes.begin(CULPRIT)).isFalse();
        // When
        notes.ended(BESIDE, false);
        // Then
        assertThat(notes.begin(CULPRIT)).isTrue();
    }

    @Test
    void the_suspect_that_was_executed_when_it_died_again_is_set_aside_and_who_ran_beside_it_is_not() {
        diesIn(CULPRIT, BESIDE);
        diesIn(CULPRIT, BESIDE);
        StepNotes notes = start();
        notes.begin(BESIDE);
        notes.ended(BESIDE, false);
        notes.begin(ANOTHER);
        notes.begin(CULPRIT);
        // When
        StepNotes next = start();
        // Then
        assertThat(next.setAside(CULPRIT)).isPresent();
        assertThat(next.setAside(BESIDE)).isEmpty();
        assertThat(next.setAside(ANOTHER)).isEmpty();
        assertThat(next.begin(BESIDE)).isTrue();
        assertThat(next.begin(ANOTHER)).isTrue();
    }

    @Test
    void a_suspect_that_lives_long_does_not_keep_the_others_waiting_and_is_not_blamed_beside_them() {
        diesIn(CULPRIT, BESIDE);
        diesIn(CULPRIT, BESIDE);
        StepNotes notes = start();
        assertThat(notes.begin(BESIDE)).isTrue();
        nanos += Duration.ofSeconds(60).toNanos() - 1;
        assertThat(notes.begin(CULPRIT)).isFalse();
        nanos++;
        assertThat(notes.begin(CULPRIT)).isTrue();
        // When
        StepNotes next = start();
        // Then
        assertThat(next.setAside(CULPRIT)).as("nobody knows which it was").isEmpty();
        assertThat(next.setAside(BESIDE)).isEmpty();
        assertThat(next.begin(CULPRIT)).isTrue();
        assertThat(next.begin(BESIDE)).as("both are suspects still").isFalse();
    }

    @Test
    void deaths_more_than_an_hour_apart_are_not_added_up() {
        diesIn(CULPRIT);
        start();
        now = now.plus(Duration.ofHours(1)).plusSeconds(1);
        diesIn(CULPRIT);
        start();
        now = now.plus(Duration.ofMinutes(59));
        diesIn(CULPRIT);
        assertThat(start().setAside(CULPRIT))
                .as("a suspect only since the last")
                .isEmpty();
        now = now.plus(Duration.ofHours(1));
        diesIn(CULPRIT);
        assertThat(start().setAside(CULPRIT)).isPresent();
    }

    @Test
    void a_step_set_aside_is_forgotten_when_nobody_asks_for_thirty_days() {
        diesThreeTimes();
        start();
        now = now.plus(Duration.ofDays(30));
        assertThat(start().setAside(CULPRIT)).isPresent();
        now = now.plusSeconds(1);
        assertThat(start().setAside(CULPRIT)).isEmpty();
    }

    @Test
    void an_orderly_stop_blames_nobody_though_a_step_did_not_let_go() {
        diesIn(CULPRIT);
        diesIn(CULPRIT);
        StepNotes notes = start();
        notes.begin(CULPRIT);
        notes.close();
        List<String> written = List.copyOf(lines.text);
        notes.ended(CULPRIT, true);
        notes.close();
        assertThat(lines.closed).isEqualTo(1);
        assertThat(lines.text).as("nothing after the end").isEqualTo(written);
        // When
        StepNotes next = start();
        // Then
        assertThat(next.setAside(CULPRIT)).isEmpty();
        next.begin(CULPRIT);
        assertThat(start().setAside(CULPRIT)).as("it is a suspect still").isPresent();
    }

    @Test
    void a_step_that_is_handed_back_was_not_cut_off_and_stays_a_suspect() {
        diesIn(CULPRIT);
        diesIn(CULPRIT);
        StepNotes notes = start();
        notes.begin(CULPRIT);
        notes.ended(CULPRIT, true);
        StepNotes next = start();
        assertThat(next.setAside(CULPRIT)).isEmpty();
        next.begin(CULPRIT);
        assertThat(start().setAside(CULPRIT)).isPresent();
    }

    @Test
    void one_that_ended_is_no_suspect_for_the_same_run_either_nor_after_an_orderly_stop() {
        diesIn(CULPRIT);
        diesIn(CULPRIT);
        StepNotes notes = start();
        notes.begin(CULPRIT);
        notes.ended(CULPRIT, false);
        notes.begin(CULPRIT);
        assertThat(lines.text.getLast()).isEqualTo("began u1/c01/upgrade/1");
        notes.close();
        start().begin(CULPRIT);
        assertThat(lines.text).containsExactly("began u1/c01/upgrade/1");
    }

    @Test
    void one_that_was_handed_back_is_a_suspect_for_the_same_run_and_after_an_orderly_stop() {
        diesIn(CULPRIT);
        diesIn(CULPRIT);
        StepNotes notes = start();
        notes.begin(CULPRIT);
        notes.ended(CULPRIT, true);
        notes.begin(CULPRIT);
        assertThat(lines.text.getLast()).isEqualTo("suspect u1/c01/upgrade/1");
        notes.close();
        start().begin(CULPRIT);
        assertThat(lines.text.getLast()).isEqualTo("suspect u1/c01/upgrade/1");
    }

    @Test
    void a_suspect_that_runs_is_one_still_after_the_notes_were_written_anew() {
        diesIn(CULPRIT);
        diesIn(CULPRIT);
        StepNotes notes = start();
        notes.begin(CULPRIT);
        for (int i = 0; i < 10_000; i++) {
            notes.begin(ANOTHER);
            notes.ended(ANOTHER, false);
        }
        assertThat(lines.text).contains("suspect u1/c01/upgrade/1");
        assertThat(start().setAside(CULPRIT)).isPresent();
    }

    @Test
    void any_thread_may_begin_and_end_a_step() {
        StepNotes notes = start();
        for (Runnable call : List.<Runnable>of(
                () -> notes.begin(CULPRIT),
                () -> notes.setAside(CULPRIT),
                () -> notes.ended(CULPRIT, false),
                notes::close,
                () -> notes.setAside(CULPRIT))) {
            assertThat(CompletableFuture.runAsync(call, Thread.ofPlatform()::start))
                    .succeedsWithin(Duration.ofSeconds(50));
        }
    }

    @Test
    void half_a_line_and_lines_of_another_version_are_passed_over() {
        diesThreeTimes();
        start();
        lines.text.addFirst("perhaps u1/c05/upgrade/1 what");
        lines.text.add("");
        lines.text.add("died u1/c04/upgrade/1 2026-");
        lines.text.add("died u1/c04/upgrade/1");
        lines.text.add("began u1/c0");
        assertThat(start().setAside(CULPRIT)).isPresent();
        assertThat(lines.text).hasSize(1);
    }

    @Test
    void the_notes_do_not_grow_with_the_steps_that_were_done() {
        start();
        diesIn(BESIDE);
        StepNotes notes = start();
        notes.begin(CULPRIT);
        for (int i = 0; i < 10_000; i++) {
            notes.begin(ANOTHER);
            notes.ended(ANOTHER, false);
        }
        assertThat(lines.text)
                .hasSizeLessThan(4100)
                .contains("died u1/c02/upgrade/1 2026-11-28T10:00:00Z", "began u1/c01/upgrade/1");
        diesIn(CULPRIT, BESIDE);
        diesIn(BESIDE);
        assertThat(start().setAside(BESIDE))
                .as("what it knows is not lost by that")
                .isPresent();
    }

    @Test
    void without_a_place_for_notes_every_step_is_executed() {
        StepNotes notes = StepNotes.none();
        assertThat(notes.begin(CULPRIT)).isTrue();
        assertThat(notes.begin(CULPRIT)).isTrue();
        assertThat(notes.setAside(CULPRIT)).isEmpty();
        notes.ended(CULPRIT, false);
        notes.close();
    }

    /** Whatever else runs: the one that kills is found within a bounded number of deaths, and nobody else is blamed. */
    @Test
    void by_seed_the_culprit_is_set_aside_after_few_deaths_and_no_innocent_is() {
        for (int seed = 0; seed < 200; seed++) {
            lines.text.clear();
            Random random = new Random(seed);
            List<StepId> all = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(8); i++) {
                all.add(step("c1" + i, 1));
            }
            StepId culprit = all.get(random.nextInt(all.size()));
            int deaths = 0;
            boolean found = false;
            while (!found && deaths < 6) {
                now = now.plusSeconds(random.nextInt(60));
                StepNotes notes = start();
                found = notes.setAside(culprit).isPresent();
                Collections.shuffle(all, random);
                List<StepId> waiting = new ArrayList<>(all);
                boolean dead = found;
                while (!dead && !waiting.isEmpty()) {
                    StepId next = waiting.removeFirst();
                    assertThat(next.equals(culprit) || notes.setAside(next).isEmpty())
                            .as("seed %s: %s is innocent", seed, next)
                            .isTrue();
                    if (!notes.begin(next)) {
                        waiting.add(next);
                        // Those that run come to their end meanwhile.
                        all.stream().filter(step -> !step.equals(culprit)).forEach(step -> notes.ended(step, false));
                    }
                    dead = next.equals(culprit);
                }
                deaths++;
            }
            assertThat(found).as("seed %s: found after %s deaths", seed, deaths).isTrue();
        }
    }

    private void diesThreeTimes() {
        diesIn(CULPRIT);
        diesIn(CULPRIT);
        diesIn(CULPRIT);
    }

    /** A run that dies in the middle of these. */
    private void diesIn(StepId... steps) {
        StepNotes notes = start();
        for (StepId step : steps) {
            if (!notes.begin(step)) {
                nanos += Duration.ofMinutes(1).toNanos();
                notes.begin(step);
            }
        }
    }

    private StepNotes start() {
        return new StepNotes(lines, () -> now, () -> nanos);
    }

    private static StepId step(String cluster, int ordinal) {
        return new StepId(CampaignName.of("u1"), ClusterId.of(cluster), StepKind.UPGRADE, ordinal);
    }

    private static final class Lines implements StepNotes.Notebook {

        private final List<String> text = new ArrayList<>();
        private int closed;

        @Override
        public List<String> read() {
            return List.copyOf(text);
        }

        @Override
        public void rewrite(List<String> lines) {
            text.clear();
            text.addAll(lines);
        }

        @Override
        public void append(String line) {
            text.add(line);
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
