package io.calicofleet.verifier.core.verification;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.TraceContext;
import io.calicofleet.verifier.Observations;
import io.calicofleet.verifier.core.gate.Blindness;
import io.calicofleet.verifier.core.gate.Check;
import io.calicofleet.verifier.core.gate.ObservationHistory;
import io.calicofleet.verifier.core.traffic.TrafficTally;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class VerificationTest {

    private static final TraceContext TRACE =
            new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null);

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final StepId STEP = StepId.parse("u1/c01/upgrade/1");
    private static final GateRequirement PROTECTION =
            GateRequirement.of(GateKind.HOST_ENDPOINT_PROTECTION, Duration.ofMinutes(5));

    @Test
    void a_limit_is_kept_and_one_that_is_missing_or_too_long_is_the_longest() {
        assertThat(limited(Duration.ofHours(1)).limit()).isEqualTo(Duration.ofHours(1));
        assertThat(limited(Verification.LONGEST).limit()).isEqualTo(Verification.LONGEST);
        assertThat(limited(null).limit()).isEqualTo(Verification.LONGEST);
        assertThat(limited(Verification.LONGEST.plusNanos(1)).limit()).isEqualTo(Verification.LONGEST);
        assertThat(limited(Duration.ofSeconds(-1)).limit()).isZero();
        assertThat(limited(Duration.ZERO).limit()).isZero();
    }

    @Test
    void the_time_that_a_verifier_ran_is_added_up_and_what_is_left_gets_less() {
        Verification waited =
                limited(Duration.ofHours(1)).waited(Duration.ofMinutes(20)).waited(Duration.ofMinutes(10));
        assertThat(waited.waited()).isEqualTo(Duration.ofMinutes(30));
        assertThat(waited.left()).isEqualTo(Duration.ofMinutes(30));
        assertThat(waited.waited(Duration.ofMinutes(40)).left()).isEqualTo(Duration.ofMinutes(-10));
    }

    @Test
    void what_an_older_verifier_has_stored_has_waited_for_nothing_and_seen_nothing() {
        Verification known = limited(Duration.ofHours(1));
        Verification stored =
                new Verification(known.step(), START, known.gates(), null, TRACE, 0, 0, null, null, null, null);
        assertThat(stored.waited()).isZero();
        assertThat(stored.history()).isEqualTo(ObservationHistory.NONE);
        assertThat(stored.isOpen()).isTrue();
    }

    @Test
    void one_without_gates_is_never_open() {
        assertThat(open(List.of(), null, 0).isOpen()).isFalse();
        assertThat(VerifierCore.judge(open(List.of(), null, 0), TrafficTally.NOTHING_HEARD, START))
                .isInstanceOf(Judgement.Open.class);
    }

    @Test
    void a_verdict_closes_it_and_what_was_seen_is_not_kept() {
        Verification seen = see(limited(null), 1);
        assertThat(seen.history()).isNotEqualTo(seen.history().closed());
        Verification closed = decided(seen);
        assertThat(closed.isOpen()).isFalse();
        assertThat(closed.step()).isEqualTo(STEP);
        assertThat(closed.verdict()).isNotNull();
        assertThat(closed.history()).isEqualTo(seen.history().closed());
        assertThat(closed.history().knows("run", 1))
                .as("the number of the last word stays")
                .isTrue();
        assertThat(closed.history().knows("run", 2)).isFalse();
        assertThat(VerifierCore.judge(closed, TrafficTally.NOTHING_HEARD, START))
                .isInstanceOf(Judgement.Open.class);
    }

    @Test
    void a_word_that_is_known_already_tells_nothing_new() {
        Verification seen = see(limited(null), 2);
        for (int old : new int[] {1, 2}) {
            assertThat(VerifierCore.see(seen, check(old), Duration.ofSeconds(1)))
                    .isEmpty();
        }
        assertThat(VerifierCore.see(seen, check(3), Duration.ofSeconds(1))).isPresent();
    }

    @Test
    void a_loss_of_sight_that_is_known_already_tells_nothing_new() {
        Verification seen = see(limited(null), 2);
        assertThat(VerifierCore.lose(seen, blindness(2), Duration.ofSeconds(1))).isEmpty();
        assertThat(VerifierCore.lose(seen, blindness(3), Duration.ofSeconds(1)))
                .hasValueSatisfying(
                        lost -> assertThat(lost.history().knows("run", 3)).isTrue());
    }

    @Test
    void one_that_was_open_for_its_whole_time_ends_undecided_and_says_what_is_missing() {
        Verification open =
                limited(Duration.ofHours(1)).waited(Duration.ofHours(1).minusNanos(1));
        assertThat(VerifierCore.judge(open, TrafficTally.NOTHING_HEARD, START)).isInstanceOf(Judgement.Open.class);
        assertThat(VerifierCore.judge(open.waited(Duration.ofNanos(1)), TrafficTally.NOTHING_HEARD, START))
                .isInstanceOfSatisfying(Judgement.Decided.class, decided -> {
                    assertThat(decided.verdict().judged().outcome()).isEqualTo(Outcome.UNDECIDED);
                    assertThat(decided.verdict().judged().gates())
                            .singleElement()
                            .satisfies(gate -> {
                                assertThat(gate.outcome()).isEqualTo(Outcome.UNDECIDED);
                                assertThat(gate.reason()).startsWith("Still missing: ");
                            });
                });
    }

    @Test
    void a_step_of_another_campaign_under_an_older_grant_or_none_is_outranked() {
        Verification known = open(List.of(PROTECTION), null, 5);
        assertThat(VerifierCore.isOutranked(known, asked("u2/c01/upgrade/1", 4L)))
                .isTrue();
        assertThat(VerifierCore.isOutranked(known, asked("u2/c01/upgrade/1", null)))
                .isTrue();
        assertThat(VerifierCore.isOutranked(known, asked("u2/c01/upgrade/1", 5L)))
                .isFalse();
        assertThat(VerifierCore.isOutranked(known, asked("u2/c01/upgrade/1", 6L)))
                .isFalse();
    }

    @Test
    void a_step_of_the_same_campaign_that_was_asked_for_earlier_is_outranked() {
        Verification known = VerifierCore.open(asked("u1/c01/upgrade/1", 5L, 3), null, START);
        assertThat(VerifierCore.isOutranked(known, asked("u1/c01/backup/1", 4L, 7)))
                .isTrue();
        assertThat(VerifierCore.isOutranked(known, asked("u1/c01/backup/1", 5L, 2)))
                .isTrue();
        assertThat(VerifierCore.isOutranked(known, asked("u1/c01/restore/1", 5L, 4)))
                .isFalse();
        assertThat(VerifierCore.isOutranked(known, asked("u1/c01/restore/1", 6L, 1)))
                .isFalse();
        assertThat(VerifierCore.isOutranked(known, asked("u1/c01/plan/1", null)))
                .as("a plan, which is asked for under no grant")
                .isFalse();
    }

    @Test
    void it_asks_for_the_gates_it_has_and_for_no_other() {
        Verification known = open(List.of(PROTECTION), null, 0);
        assertThat(VerifierCore.asksFor(known, GateKind.HOST_ENDPOINT_PROTECTION))
                .isTrue();
        assertThat(VerifierCore.asksFor(known, GateKind.PODS)).isFalse();
    }

    private static Verification decided(Verification seen) {
        return ((Judgement.Decided) VerifierCore.judge(seen, TrafficTally.NOTHING_HEARD, START)).verification();
    }

    private static Verification see(Verification verification, int sequence) {
        return VerifierCore.see(verification, check(sequence), Duration.ofSeconds(1))
                .orElseThrow();
    }

    private static Check check(int sequence) {
        return new Check(
                "run", sequence, true, Observations.protectedNodes(List.of("n1")), START, Duration.ofSeconds(1));
    }

    private static Blindness blindness(int sequence) {
        return new Blindness("run", sequence, Duration.ZERO, "away", Duration.ofSeconds(1));
    }

    private static Verification limited(@Nullable Duration limit) {
        return open(List.of(PROTECTION), limit, 0);
    }

    private static Verification open(List<GateRequirement> gates, @Nullable Duration limit, long epoch) {
        Verification opened = VerifierCore.open(
                new StepRequested(STEP, gates, StepParameters.NONE.withEpoch(epoch, 0), "upgrade"), TRACE, START);
        return new Verification(
                opened.step(),
                START,
                gates,
                opened.target(),
                TRACE,
                epoch,
                opened.sequence(),
                limit,
                Duration.ZERO,
                ObservationHistory.NONE,
                null);
    }

    private static StepRequested asked(String step, @Nullable Long epoch) {
        return asked(step, epoch, 0);
    }

    private static StepRequested asked(String step, @Nullable Long epoch, long place) {
        StepParameters parameters = epoch == null ? StepParameters.NONE : StepParameters.NONE.withEpoch(epoch, place);
        return new StepRequested(StepId.parse(step), List.of(PROTECTION), parameters, "please");
    }
}
