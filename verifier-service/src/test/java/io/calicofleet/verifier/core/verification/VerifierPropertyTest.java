package io.calicofleet.verifier.core.verification;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepId;
import io.calicofleet.verifier.Observations;
import io.calicofleet.verifier.core.gate.Check;
import io.calicofleet.verifier.core.gate.ObservationHistory;
import io.calicofleet.verifier.core.traffic.TrafficTally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class VerifierPropertyTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);

    @ParameterizedTest
    @EnumSource
    void no_gate_passes_on_observations_that_hold_nothing(GateKind kind) {
        // Given
        Verification verification = open(GateRequirement.of(kind, Duration.ofMinutes(5)));
        for (int i = 1; i <= 5; i++) {
            verification = see(verification, check(i, Observations.EMPTY, 1)).orElseThrow();
        }
        // Then
        for (int i = 6; i < 180; i++) {
            verification = see(verification, check(i, Observations.EMPTY, 5)).orElseThrow();
            Judgement judgement = VerifierCore.judge(verification, TrafficTally.NOTHING_HEARD, START);
            if (judgement instanceof Judgement.Decided decided) {
                assertThat(decided.verdict().judged().outcome()).isEqualTo(Outcome.FAILED);
                assertThat(decided.verdict().judged().gates().getLast().evidence())
                        .isNotEmpty();
                return;
            }
        }
    }

    @RepeatedTest(200)
    void duplicates_and_overtaken_checks_change_nothing(RepetitionInfo run) {
        // Given a row of checks, and the same with duplicates put in later places
        Random random = new Random(run.getCurrentRepetition());
        List<Check> clean = new ArrayList<>();
        for (int i = 1; i <= 12; i++) {
            clean.add(check(i, random));
        }
        List<Check> noisy = new ArrayList<>(clean);
        for (int i = 0; i < 10; i++) {
            int from = random.nextInt(noisy.size());
            noisy.add(from + 1 + random.nextInt(noisy.size() - from), noisy.get(from));
        }
        // When
        Outcome expected = play(clean);
        Outcome actual = play(noisy);
        // Then
        assertThat(actual).isEqualTo(expected);
    }

    @RepeatedTest(200)
    void passes_only_with_settled_pods_and_the_target_seen_twice_in_a_row(RepetitionInfo run) {
        // Given
        Random random = new Random(run.getCurrentRepetition());
        Verification verification = open(pods(), version());
        int inARow = 0;
        for (int i = 1; i <= 20; i++) {
            Check check = check(i, random);
            boolean good = check.acted()
                    && Observations.isSettled(check.observation())
                    && TARGET.equals(check.observation().clusterInformationVersion());
            inARow = good ? inARow + 1 : 0;
            // When
            verification = see(verification, check).orElseThrow();
            Judgement judgement = VerifierCore.judge(verification, TrafficTally.NOTHING_HEARD, check.at());
            // Then
            boolean passed = judgement instanceof Judgement.Decided decided
                    && decided.verdict().judged().outcome() == Outcome.PASSED;
            assertThat(passed)
                    .as("seed %d, check %d", run.getCurrentRepetition(), i)
                    .isEqualTo(inARow >= 2);
            if (passed) {
                return;
            }
        }
    }

    @Test
    void a_verdict_is_final() {
        // Given
        Verification verification = open(pods());
        Check good = check(1, Observations.settled(TARGET), 1);
        Verification seen = see(verification, good).orElseThrow();
        Judgement decided = VerifierCore.judge(seen, TrafficTally.NOTHING_HEARD, good.at());
        // When
        Judgement later =
                VerifierCore.judge(decided.verification(), TrafficTally.NOTHING_HEARD, START.plus(Duration.ofDays(1)));
        // Then
        assertThat(decided).isInstanceOf(Judgement.Decided.class);
        assertThat(later).isInstanceOfSatisfying(Judgement.Open.class, open -> {
            assertThat(open.verification().verdict()).isEqualTo(((Judgement.Decided) decided).verdict());
        });
    }

    @Test
    void a_check_of_an_earlier_run_of_the_executor_that_comes_late_is_known() {
        // Whatever the clocks of the executors say
        Verification first =
                see(open(pods()), of("first", 8, START.plusSeconds(600))).orElseThrow();
        Verification second = see(first, of("second", 1, START)).orElseThrow();

        assertThat(see(second, of("first", 9, START.plusSeconds(601)))).isEmpty();
        assertThat(see(second, of("third", 1, START.minusSeconds(3600)))).isPresent();
    }

    private static Check of(String run, long sequence, Instant at) {
        return new Check(run, sequence, true, Observations.settled(TARGET), at, Duration.ofSeconds(10));
    }

    private static Check check(int sequence, ClusterObservation seen, int next) {
        return new Check("run", sequence, true, seen, START.plusSeconds(sequence), Duration.ofSeconds(next));
    }

    /** As it is where nothing is ever away: each check comes when the one before said it would. */
    private static Optional<Verification> see(Verification verification, Check check) {
        return VerifierCore.see(verification, check, check.next());
    }

    private static Outcome play(List<Check> checks) {
        Verification verification = open(pods(), version());
        for (Check check : checks) {
            Verification seen = see(verification, check).orElse(verification);
            if (VerifierCore.judge(seen, TrafficTally.NOTHING_HEARD, check.at()) instanceof Judgement.Decided decided) {
                return decided.verdict().judged().outcome();
            }
            verification = seen;
        }
        return Outcome.FAILED;
    }

    private static Check check(int sequence, Random random) {
        return new Check(
                "run",
                sequence,
                random.nextInt(5) > 0,
                Observations.random(random, TARGET),
                START.plusSeconds(sequence),
                Duration.ofSeconds(1));
    }

    private static Verification open(GateRequirement... gates) {
        return new Verification(
                StepId.parse("c/c01/upgrade/1"),
                START,
                List.of(gates),
                TARGET,
                null,
                0,
                0,
                Verification.LONGEST,
                Duration.ZERO,
                ObservationHistory.NONE,
                null);
    }

    private static GateRequirement pods() {
        return GateRequirement.of(GateKind.PODS, Duration.ofMinutes(15));
    }

    private static GateRequirement version() {
        return GateRequirement.of(GateKind.VERSION, Duration.ofMinutes(5));
    }
}
