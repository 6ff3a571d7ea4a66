package io.calicofleet.verifier.core.verification;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.verifier.Observations;
import io.calicofleet.verifier.core.gate.Blindness;
import io.calicofleet.verifier.core.gate.Check;
import io.calicofleet.verifier.core.gate.ObservationHistory;
import io.calicofleet.verifier.core.traffic.TrafficTally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Executor, verifier, broker and API server go away and come back as they like, and every clock is set as it likes, while
 * one cluster is judged. The seed is the number of the repetition.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AbsencePropertyTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);
    private static final int BUDGET = 15 * 60;
    private static final int EVERY = 10;

    /** How old at most what an executor sees may be before it says that it does not see the cluster. */
    private static final int STALE = 90;

    @RepeatedTest(500)
    void whoever_is_away_no_cluster_fails_that_is_well_in_time(RepetitionInfo run) {
        Random random = new Random(run.getCurrentRepetition());
        World world = new World(random, 1 + random.nextInt(BUDGET - STALE - 3 * EVERY));
        while (world.verdict == null && world.now < 100 * BUDGET) {
            world.pass();
        }
        world.everythingIsBack();
        while (world.verdict == null && world.now < 200 * BUDGET) {
            world.pass();
        }
        assertThat(world.verdict)
                .as("seed %d", run.getCurrentRepetition())
                .extracting(StepJudged::outcome)
                .isEqualTo(Outcome.PASSED);
    }

    @RepeatedTest(500)
    void a_broken_cluster_fails_once_it_was_seen_for_its_budget_and_never_before(RepetitionInfo run) {
        World world = new World(new Random(run.getCurrentRepetition()), Integer.MAX_VALUE);
        int began = 0;
        while (world.verdict == null && world.now < 20 * BUDGET) {
            world.pass();
            began = began == 0 && world.judgedAny ? world.now : began;
        }
        if (world.verdict == null) {
            world.everythingIsBack();
            int back = world.now;
            while (world.verdict == null && world.now < back + 2 * BUDGET) {
                world.pass();
            }
        }
        assertThat(world.verdict).as("seed %d", run.getCurrentRepetition()).isNotNull();
        assertThat(world.verdict.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(world.seen)
                .as("seed %d: how long everybody was there, but for short absences", run.getCurrentRepetition())
                .isGreaterThanOrEqualTo(BUDGET - 2 * EVERY);
        assertThat(world.now - began).isGreaterThanOrEqualTo(BUDGET - EVERY);
        List<String> evidence = world.verdict.gates().getLast().evidence();
        assertThat(evidence).anySatisfy(line -> assertThat(line).startsWith("seen for 1"));
        if (world.now - began > BUDGET + 10 * EVERY) {
            assertThat(evidence).anySatisfy(line -> assertThat(line).startsWith("not seen for"));
        }
    }

    /** A word of an executor, on its way. */
    private sealed interface Word {
        record Saw(Check check) implements Word {}

        record Lost(Blindness lost) implements Word {}
    }

    /** Seconds pass one by one. */
    private static final class World {

        private final Random random;
        private final int wellAt;
        private final Deque<Word> topic = new ArrayDeque<>();
        private final Deque<Word> unsent = new ArrayDeque<>();
        private Verification verification = new Verification(
                StepId.parse("c/c01/upgrade/1"),
                START,
                List.of(GateRequirement.of(GateKind.PODS, Duration.ofSeconds(BUDGET))),
                TARGET,
                null,
                0,
                0,
                Verification.LONGEST,
                Duration.ZERO,
                ObservationHistory.NONE,
                null);
        private boolean restless = true;
        private boolean executor = true;
        private boolean api = true;
        private boolean broker = true;
        private boolean verifier = true;
        private int now;
        private int run;
        private long sequence;
        private int saidAt = -EVERY;

        /** When what the executor sees was true; it goes on with a watch that stalls. */
        private int sightOf;

        private boolean stalled;
        private int skew;
        private @Nullable Integer wordAt;
        private boolean judgedAny;
        private int away;
        private int seen;
        private @Nullable StepJudged verdict;

        World(Random random, int wellAt) {
            this.random = random;
            this.wellAt = wellAt;
        }

        void everythingIsBack() {
            restless = false;
            stalled = false;
            api = true;
            broker = true;
            verifier = true;
            if (!executor) {
                begin();
            }
        }

        void pass() {
            now++;
            if (restless) {
                changes();
            }
            count(executor && api && verifier && broker && !stalled);
            executorActs();
            if (broker) {
                topic.addAll(unsent);
                unsent.clear();
            }
            if (verifier && broker) {
                while (!topic.isEmpty() && verdict == null) {
                    judge(topic.removeFirst());
                }
            }
        }

        /** What is back before anybody could notice counts as seen. */
        private void count(boolean allThere) {
            away = allThere ? 0 : away + 1;
            if (judgedAny) {
                seen += allThere || away <= STALE ? 1 : 0;
                seen -= away == STALE + 1 ? STALE : 0;
            }
        }

        private void changes() {
            if (rarely(executor ? 300 : 100)) {
                if (executor) {
                    executor = false;
                    unsent.clear();
                } else {
                    begin();
                }
            }
            api = rarely(api ? 300 : 60) != api;
            broker = rarely(broker ? 400 : 50) != broker;
            stalled = rarely(stalled ? 200 : 600) != stalled;
            skew = rarely(100) ? random.nextInt(100_000) - 50_000 : skew;
            if (rarely(verifier ? 400 : 80)) {
                verifier = !verifier;
                wordAt = null;
            }
        }

        private void begin() {
            executor = true;
            stalled = false;
            run++;
            sequence = 0;
            saidAt = -EVERY;
        }

        private boolean rarely(int onceIn) {
            return random.nextInt(onceIn) == 0;
        }

        private void executorActs() {
            if (!executor) {
                return;
            }
            boolean answers = api && !stalled;
            sightOf = answers ? now : sightOf;
            if (now - saidAt < EVERY) {
                return;
            }
            saidAt = now;
            Duration next = Duration.ofSeconds(EVERY);
            String name = "run-" + run;
            if (!api || now - sightOf > STALE) {
                Duration stale = Duration.ofSeconds(api ? STALE : 0);
                unsent.add(new Word.Lost(new Blindness(name, ++sequence, stale, "away", next)));
            } else {
                ClusterObservation seenThen =
                        sightOf >= wellAt ? Observations.settled(TARGET) : Observations.withPods(TARGET, TARGET, 2);
                Instant at = START.plusSeconds(now + skew);
                unsent.add(new Word.Saw(new Check(name, ++sequence, true, seenThen, at, next)));
            }
        }

        private void judge(Word word) {
            Duration since = wordAt == null ? null : Duration.ofSeconds(now - wordAt);
            wordAt = now;
            Optional<Verification> next = switch (word) {
                case Word.Saw saw -> VerifierCore.see(verification, saw.check(), since);
                case Word.Lost lost -> VerifierCore.lose(verification, lost.lost(), since);
            };
            verification = next.orElse(verification);
            if (word instanceof Word.Saw) {
                judgedAny = true;
                Judgement judgement = VerifierCore.judge(
                        verification, TrafficTally.NOTHING_HEARD, START.plusSeconds(random.nextInt(100_000)));
                if (judgement instanceof Judgement.Decided decided) {
                    verdict = decided.verdict().judged();
                }
            }
        }
    }
}
