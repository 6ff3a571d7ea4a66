package io.calicofleet.verifier.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepId;
import io.calicofleet.verifier.Observations;
import io.calicofleet.verifier.core.gate.Check;
import io.calicofleet.verifier.core.gate.Sightings;
import io.calicofleet.verifier.core.traffic.TrafficTally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
            verification = VerifierCore.see(
                            verification, new Check("run", i, true, Observations.EMPTY, START.plusSeconds(i)))
                    .orElseThrow();
        }
        // Then
        for (int second = 5; second < 900; second += 5) {
            Judgement judgement =
                    VerifierCore.judge(verification, TrafficTally.NOTHING_HEARD, START.plusSeconds(second));
            if (judgement instanceof Judgement.Decided decided) {
                assertThat(decided.verdict().judged().outcome()).isEqualTo(Outcome.FAILED);
                assertThat(decided.verdict().judged().gates().getLast().evidence())
                        .isNotEmpty();
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
            verification = VerifierCore.see(verification, check).orElseThrow();
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
        Check good = new Check("run", 1, true, Observations.settled(TARGET), START.plusSeconds(1));
        Verification seen = VerifierCore.see(verification, good).orElseThrow();
        Judgement decided = VerifierCore.judge(seen, TrafficTally.NOTHING_HEARD, good.at());
        // When
        Judgement later =
                VerifierCore.judge(decided.verification(), TrafficTally.NOTHING_HEARD, START.plus(Duration.ofDays(1)));
        // Then
        assertThat(decided).isInstanceOf(Judgement.Decided.class);
        assertThat(later).isInstanceOfSatisfying(Judgement.Open.class, open -> {
            assertThat(open.nextLook()).isNull();
            assertThat(open.verification().verdict()).isEqualTo(((Judgement.Decided) decided).verdict());
        });
    }

    @Test
    void a_check_of_an_earlier_run_of_the_executor_that_comes_late_is_known() {
        Verification verification = VerifierCore.see(
                        open(pods()), new Check("second", 1, true, Observations.settled(TARGET), START.plusSeconds(10)))
                .orElseThrow();

        assertThat(VerifierCore.see(
                        verification, new Check("first", 9, false, Observations.EMPTY, START.plusSeconds(9))))
                .isEmpty();
        assertThat(VerifierCore.see(
                        verification, new Check("third", 1, false, Observations.EMPTY, START.plusSeconds(11))))
                .isPresent();
    }

    private static Outcome play(List<Check> checks) {
        Verification verification = open(pods(), version());
        for (Check check : checks) {
            Verification seen = VerifierCore.see(verification, check).orElse(verification);
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
                START.plusSeconds(sequence));
    }

    private static Verification open(GateRequirement... gates) {
        return new Verification(
                StepId.parse("c/c01/upgrade/1"), START, List.of(gates), TARGET, null, Sightings.NONE, null);
    }

    private static GateRequirement pods() {
        return GateRequirement.of(GateKind.PODS, Duration.ofMinutes(15));
    }

    private static GateRequirement version() {
        return GateRequirement.of(GateKind.VERSION, Duration.ofMinutes(5));
    }
}
