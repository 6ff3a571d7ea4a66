package io.calicofleet.executor.core.continuity;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.executor.core.continuity.Heard.Path;
import io.calicofleet.executor.core.continuity.Heard.Total;
import io.calicofleet.fuzz.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Invariants of what is made of what probers tell, over random outages, restarts of the prober, and lines that are lost, doubled and out of order.
 * The name of a test is its seed, see {@link Seeds}.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HeardPropertiesTest {

    private static final int RUNS = 300;
    private static final Path PATH = new Path("n1", "pod-to-pod", true, "n2/10.0.0.2");

    @TestFactory
    Stream<DynamicTest> no_gap_is_reported_smaller_than_it_was_whatever_was_heard_before_the_last_word() {
        return runs(run -> {
            Total heard = run.heard(run.someLines()).total(PATH);

            assertThat(heard.gap()).isGreaterThanOrEqualTo(run.longest);
            assertThat(heard.breaks()).isLessThanOrEqualTo(run.breaks);
        });
    }

    @TestFactory
    Stream<DynamicTest> all_that_was_told_is_exactly_what_happened_where_the_prober_was_not_restarted() {
        return runs(run -> {
            if (run.restarts > 0) {
                return;
            }
            Total heard = run.heard(run.lines).total(PATH);

            assertThat(heard).isEqualTo(new Total(run.tries, run.answers, run.longest, run.breaks, 1));
        });
    }

    @TestFactory
    Stream<DynamicTest> order_repetition_and_being_kept_in_between_change_nothing() {
        return runs(run -> {
            List<String> some = run.someLines();
            List<String> again = new ArrayList<>(some);
            again.addAll(some);
            Collections.shuffle(again, run.random);
            Heard parts = new Heard();
            parts.add(run.heard(again.subList(0, again.size() / 2)));
            parts.add(run.heard(again.subList(again.size() / 2, again.size())));

            assertThat(parts.lines()).isEqualTo(run.heard(some).lines());
            assertThat(Heard.of(parts.lines()).lines()).isEqualTo(parts.lines());
        });
    }

    @TestFactory
    Stream<DynamicTest> without_a_new_word_of_a_path_no_round_ends() {
        return runs(run -> {
            Heard baseline = run.heard(run.lines.subList(0, 1 + run.random.nextInt(run.lines.size())));
            baseline.add("n3", List.of("cf1 r b 9000 pod-to-api new 10.96.0.1 8000 17 17 8001 8950 0 0"));
            Continuity continuity = new Continuity(baseline, List.of());
            continuity.add(run.heard(run.lines));

            continuity.observe(Set.of("n1", "n2", "n3"), Duration.ofSeconds(1));

            assertThat(continuity.round()).isZero();
            assertThat(continuity
                            .observe(Set.of("n1", "n2", "n3"), Duration.ofSeconds(90))
                            .unmeasured())
                    .anyMatch(line -> line.contains("node n3: nothing new was heard"));
        });
    }

    private static Stream<DynamicTest> runs(Consumer<Run> check) {
        return Seeds.burst(RUNS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> check.accept(new Run(seed))));
    }

    /** One path, dialled as the script does, for some minutes. */
    private static final class Run {

        private final Random random;
        private final List<String> lines = new ArrayList<>();
        /** The longest time between two answers, or from the begin to the first, or from the last to the end, with a lost try or no prober between. */
        private long longest;

        private long tries;
        private long answers;
        private long breaks;
        private int restarts;

        Run(long seed) {
            random = new Random(seed);
            long time = 8000;
            long lastAnswer = time;
            restarts = random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0;
            for (int part = 0; part <= restarts; part++) {
                String id = "run-" + part;
                if (part > 0) {
                    time += 1 + random.nextInt(3000);
                }
                long began = time;
                long seen = time;
                long first = 0;
                long last = 0;
                long ownTries = 0;
                long ownAnswers = 0;
                long own = 0;
                long ownBreaks = 0;
                boolean failed = false;
                boolean missed = part > 0;
                int rounds = 5 + random.nextInt(200);
                int outage = 0;
                for (int i = 0; i < rounds; i++) {
                    outage = outage > 0 ? outage - 1 : random.nextInt(40) == 0 ? 1 + random.nextInt(12) : 0;
                    time += outage > 0 ? 100 : 1 + random.nextInt(3);
                    ownTries++;
                    ownBreaks += outage > 0 && random.nextInt(8) == 0 ? 1 : 0;
                    failed |= outage > 0;
                    missed |= outage > 0;
                    if (failed) {
                        own = Math.max(own, time - seen);
                    }
                    if (missed) {
                        longest = Math.max(longest, time - lastAnswer);
                    }
                    if (outage == 0) {
                        ownAnswers++;
                        failed = false;
                        missed = false;
                        seen = time;
                        last = time;
                        lastAnswer = time;
                        first = first == 0 ? time : first;
                    }
                    if (i % 8 == 0 || (part == restarts && i == rounds - 1)) {
                        lines.add("cf1 " + id + " b " + time + " pod-to-pod kept n2/10.0.0.2 " + began + " " + ownTries
                                + " " + ownAnswers + " " + first + " " + last + " " + own + " " + ownBreaks);
                    }
                    time += 50;
                }
                tries += ownTries;
                answers += ownAnswers;
                breaks += ownBreaks;
            }
        }

        /** Some of them, with the first one, as of a baseline, and the last one. */
        List<String> someLines() {
            List<String> some = new ArrayList<>();
            for (int i = 0; i < lines.size(); i++) {
                if (i == 0 || i == lines.size() - 1 || random.nextInt(3) == 0) {
                    some.add(lines.get(i));
                }
            }
            return some;
        }

        Heard heard(List<String> some) {
            Heard heard = new Heard();
            heard.add("n1", some);
            heard.add("n1", List.of("starting", "cf1 cut off", ""));
            return heard;
        }
    }
}
