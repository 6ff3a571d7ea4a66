package io.calicofleet.verifier.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepJudged;
import io.calicofleet.verifier.Observations;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Whoever is away, and whatever the clocks say: only time in which the cluster was seen counts. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AbsenceTopologyTest {

    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);
    private static final GateRequirement PODS = GateRequirement.of(GateKind.PODS, Duration.ofMinutes(15));
    private static final ClusterObservation BROKEN = Observations.withPods(TARGET, TARGET, 2);
    private static final String STEP = "calico-3-22/c01/upgrade/1";

    private final TopologyFixture fixture = new TopologyFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void while_the_executor_is_away_no_deadline_runs_and_the_verdict_says_so() {
        // Given
        fixture.request(STEP, PODS);
        fixture.watch(STEP, "first", BROKEN, Duration.ofMinutes(10));
        fixture.advance(Duration.ofHours(8));
        assertThat(fixture.meters.timesSilent()).isEqualTo(1);
        // When another one takes the step up
        fixture.watch(STEP, "second", BROKEN, Duration.ofMinutes(5));
        assertThat(fixture.verdicts()).isEmpty();
        fixture.watch(STEP, "second", BROKEN, Duration.ofMinutes(1));
        // Then
        StepJudged verdict = fixture.verdicts().getFirst().value();
        assertThat(verdict.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(evidence(verdict))
                .contains("not seen for 8h00m, from 2026-11-23T10:10:00Z on: the executor began anew");
    }

    @Test
    void a_cluster_that_is_well_when_it_is_seen_again_passes_however_long_nobody_saw_it() {
        fixture.request(STEP, PODS);
        fixture.watch(STEP, "run", BROKEN, Duration.ofMinutes(14));
        fixture.advance(Duration.ofHours(40));
        fixture.watch(STEP, "run", Observations.settled(TARGET), Duration.ofSeconds(10));

        StepJudged verdict = fixture.onlyVerdict().value();
        assertThat(verdict.outcome()).isEqualTo(Outcome.PASSED);
        assertThat(evidence(verdict))
                .contains("not seen for 1d16h, from 2026-11-23T10:14:00Z on: nothing came from the executor");
    }

    @Test
    void while_the_executor_does_not_see_the_cluster_no_deadline_runs() {
        // Given
        fixture.request(STEP, PODS);
        fixture.watch(STEP, "run", BROKEN, Duration.ofMinutes(10));
        // When what it saw for a minute and a half turns out to be old
        for (int second = 10; second <= 600; second += 10) {
            fixture.advance(TopologyFixture.EVERY);
            fixture.lose(STEP, "run", 1000 + second, Duration.ofSeconds(90), "the API server does not answer");
        }
        fixture.watch(STEP, "again", BROKEN, Duration.ofMinutes(6));
        assertThat(fixture.verdicts())
                .as("6 of 15 minutes less the old ones are left")
                .isEmpty();
        fixture.watch(STEP, "again", BROKEN, Duration.ofMinutes(1));
        // Then
        StepJudged verdict = fixture.verdicts().getFirst().value();
        assertThat(verdict.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(evidence(verdict))
                .contains("not seen for 11m40s, from 2026-11-23T10:10:00Z on: the API server does not answer");
        assertThat(fixture.meters.count(VerifierMeters.Checked.LOST)).isEqualTo(60);
    }

    @Test
    void while_the_verifier_is_away_no_deadline_runs_and_what_waited_in_the_topic_adds_nothing() {
        // Given
        fixture.request(STEP, PODS);
        fixture.watch(STEP, "run", BROKEN, Duration.ofMinutes(10));
        fixture.restartAfter(Duration.ofHours(3));
        // When
        for (int minute = 1; minute < 180; minute++) {
            fixture.checkAt(STEP, "run", 1000 + minute, BROKEN, TopologyFixture.START.plusSeconds(60L * minute));
        }
        fixture.advance(Duration.ofSeconds(7));
        // Then
        assertThat(fixture.verdicts()).isEmpty();
        fixture.check(STEP, "run", 2000, true, Observations.settled(TARGET));
        assertThat(evidence(fixture.onlyVerdict().value()))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("not seen for a time nobody measured")
                        .endsWith("the verifier began anew"));
    }

    @Test
    void a_clock_that_is_set_forward_ends_nothing() {
        fixture.request(STEP, PODS);
        fixture.watch(STEP, "run", BROKEN, Duration.ofMinutes(1));
        fixture.setClock(Duration.ofDays(400));
        fixture.watch(STEP, "run", BROKEN, Duration.ofMinutes(1));
        assertThat(fixture.verdicts()).isEmpty();

        fixture.watch(STEP, "run", Observations.settled(TARGET), Duration.ofSeconds(10));
        assertThat(fixture.onlyVerdict().value().outcome()).isEqualTo(Outcome.PASSED);
        fixture.setClock(Duration.ofDays(400));
        fixture.check(STEP, "again", 1, true, BROKEN);
        assertThat(fixture.onlyVerdict().value().outcome())
                .as("the verdict is still known")
                .isEqualTo(Outcome.PASSED);
    }

    @Test
    void an_executor_whose_clock_is_behind_is_heard_like_any_other() {
        fixture.request(STEP, PODS);
        fixture.watch(STEP, "first", BROKEN, Duration.ofMinutes(1));

        fixture.checkAt(STEP, "second", 1, Observations.settled(TARGET), TopologyFixture.START.minusSeconds(86_400));

        assertThat(fixture.onlyVerdict().value().outcome()).isEqualTo(Outcome.PASSED);
    }

    @Test
    void a_limit_is_met_although_the_clock_was_set_back_and_no_tick_comes() {
        fixture.request(STEP, PODS);
        fixture.check(STEP, "run", 1, true, BROKEN);
        fixture.advanceWithClockSetBack(TopologyFixture.LIMIT.plusMinutes(11));

        fixture.request("calico-3-22/c02/upgrade/1", PODS);

        assertThat(fixture.onlyVerdict().value().outcome()).isEqualTo(Outcome.UNDECIDED);
    }

    private static List<String> evidence(StepJudged verdict) {
        return verdict.gates().stream()
                .flatMap(gate -> gate.evidence().stream())
                .toList();
    }
}
