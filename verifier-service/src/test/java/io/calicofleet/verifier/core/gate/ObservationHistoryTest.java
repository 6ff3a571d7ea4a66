package io.calicofleet.verifier.core.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.verifier.Observations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What is made of a row of observations, each from so long after the one before. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ObservationHistoryTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final ClusterObservation SETTLED = Observations.settled(CalicoVersion.of(3, 22, 5));
    private static final Duration TEN = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private long sequence;

    @Test
    void an_executor_is_silent_after_half_a_minute_or_twice_the_time_it_said() {
        assertThat(ObservationHistory.NONE.silence()).isEqualTo(SILENCE);
        assertThat(saying(Duration.ofSeconds(14)).silence()).isEqualTo(SILENCE);
        assertThat(saying(Duration.ofSeconds(16)).silence()).isEqualTo(Duration.ofSeconds(32));
    }

    @Test
    void what_was_seen_is_fresh_up_to_the_end_of_the_silence() {
        ObservationHistory seen = saying(TEN);

        assertThat(seen.fresh(SILENCE)).isTrue();
        assertThat(seen.fresh(SILENCE.plusNanos(1))).isFalse();
        assertThat(seen.fresh(null)).as("nobody measured it").isFalse();
        assertThat(ObservationHistory.NONE.fresh(TEN)).as("nothing was seen").isFalse();
        assertThat(seen.with(lost(""), TEN).fresh(TEN))
                .as("the executor sees nothing")
                .isFalse();
    }

    @Test
    void only_time_after_the_step_had_acted_counts() {
        ObservationHistory acting =
                ObservationHistory.NONE.with(check("a", false), null).with(check("a", true), TEN);
        assertThat(acting.observed()).isZero();

        assertThat(acting.with(check("a", true), TEN).observed()).isEqualTo(TEN);
    }

    @Test
    void an_executor_that_began_anew_has_not_seen_what_was_between() {
        ObservationHistory anew = acted().with(check("b", true), TEN);

        assertThat(anew.observed()).isZero();
        assertThat(anew.told()).anyMatch(line -> line.endsWith("the executor began anew"));
    }

    @Test
    void what_comes_of_an_earlier_run_is_old_for_sixteen_runs() {
        ObservationHistory history = ObservationHistory.NONE;
        for (int run = 0; run <= 17; run++) {
            history = history.with(check("run-" + run, true), TEN);
        }

        assertThat(history.knows("run-0", 1000)).isFalse();
        assertThat(history.knows("run-1", 1000)).isTrue();
        assertThat(history.knows("run-16", 1000)).isTrue();
        assertThat(history.knows("run-17", sequence)).isTrue();
        assertThat(history.knows("run-17", sequence + 1)).isFalse();
        assertThat(history.knows("run-18", 1)).isFalse();
    }

    @Test
    void a_first_word_is_new_also_where_its_executor_does_not_name_its_run() {
        assertThat(ObservationHistory.NONE.knows("", 1)).isFalse();
        assertThat(acted().knows("", 1)).isFalse();
    }

    @Test
    void ten_pauses_are_told_and_the_others_counted() {
        ObservationHistory history = acted();
        for (int pause = 0; pause < 12; pause++) {
            history = history.with(check("a", true), SILENCE.plusSeconds(1));
        }

        assertThat(history.pauses()).hasSize(10);
        assertThat(history.told())
                .contains("not seen for 31s, from " + START + " on: nothing came from the executor")
                .endsWith("and 2 pauses more");
        assertThat(history.observed()).isZero();
    }

    @Test
    void a_pause_beyond_those_that_are_told_does_not_make_the_last_one_longer() {
        ObservationHistory history = acted();
        for (int pause = 0; pause < 10; pause++) {
            history = history.with(check("a", true), SILENCE.plusSeconds(1));
        }
        List<Pause> told = history.pauses();

        ObservationHistory blind =
                history.with(lost("gone"), TEN).with(lost("gone"), TEN).with(lost("gone"), TEN);

        assertThat(blind.pauses()).isEqualTo(told);
        assertThat(blind.told()).endsWith("and 1 pause more");
    }

    @Test
    void a_first_observation_ends_no_pause() {
        assertThat(acted().told())
                .containsExactly("seen for 0s since the step had acted, in 1 observation, the last one of " + START);
    }

    @Test
    void what_may_have_been_old_already_is_taken_back_once_and_told_as_one_pause() {
        ObservationHistory seen = acted().with(check("a", true), TEN).with(check("a", true), TEN);

        ObservationHistory blind = seen.with(lost("the API server does not answer"), TEN);
        assertThat(blind.observed()).isEqualTo(Duration.ofSeconds(15));
        blind = blind.with(lost("the API server does not answer"), TEN);
        assertThat(blind.observed()).isEqualTo(Duration.ofSeconds(15));
        ObservationHistory again = blind.with(check("a", true), TEN);

        assertThat(again.observed()).isEqualTo(Duration.ofSeconds(15));
        assertThat(again.told().subList(1, again.told().size()))
                .containsExactly("not seen for 35s, from " + START + " on: the API server does not answer");
    }

    @Test
    void no_more_is_taken_back_than_was_seen() {
        ObservationHistory blind =
                acted().with(check("a", true), Duration.ofSeconds(2)).with(lost(""), TEN);

        assertThat(blind.observed()).isZero();
        assertThat(blind.blind()).isEqualTo("no reason was given");
    }

    @Test
    void a_pause_nobody_measured_is_told_as_such() {
        assertThat(acted().with(check("a", true), null).told())
                .contains("not seen for a time nobody measured, from " + START + " on: the verifier began anew");
        assertThat(new Pause(null, TEN, "why")).hasToString("not seen for 10s: why");
        assertThat(new Pause(null, TEN, "why").longer(null, "because")).isEqualTo(new Pause(null, null, "because"));
        assertThat(new Pause(null, null, "why").longer(TEN, "because")).isEqualTo(new Pause(null, null, "because"));
    }

    @Test
    void a_policy_is_in_force_from_the_first_observation_after_the_step_had_acted() {
        ObservationHistory acting = ObservationHistory.NONE.with(policy(false, true), null);
        assertThat(acting.policyInForceSince()).isNull();

        ObservationHistory inForce = acting.with(policy(true, true), TEN).with(policy(true, true), TEN);
        assertThat(inForce.policyInForceSince()).isZero();
        assertThat(inForce.policyBroken()).isZero();

        ObservationHistory broken = inForce.with(policy(true, false), TEN);
        assertThat(broken.policyInForceSince()).isNull();
        assertThat(broken.policyBroken()).isEqualTo(1);
        ObservationHistory anew = broken.with(policy(true, true), TEN);
        assertThat(anew.policyInForceSince()).isEqualTo(Duration.ofSeconds(30));
        assertThat(anew.policyBroken()).isEqualTo(1);
    }

    @Test
    void pods_are_settled_and_a_version_counts_only_once_the_step_had_acted() {
        CalicoVersion target = CalicoVersion.of(3, 22, 5);
        ObservationHistory acting =
                ObservationHistory.NONE.with(check("a", false), null).judgedPods(true, true, target);
        assertThat(acting.settling()).isEqualTo(Settling.NOT_YET);
        assertThat(acting.atTarget()).isZero();
        assertThat(acting.brought()).isEmpty();

        ObservationHistory acted = acting.with(check("a", true), TEN).judgedPods(true, true, target);
        assertThat(acted.settling().since()).isZero();
        assertThat(acted.atTarget()).isEqualTo(1);
        assertThat(acted.brought()).containsExactly("DaemonSet kube-system/calico-node");
        assertThat(acted.judgedPods(true, false, target).atTarget()).isZero();
        assertThat(acted.judgedPods(true, true, CalicoVersion.of(3, 23, 0)).atTarget())
                .isZero();
    }

    @Test
    void pods_that_stood_settled_to_the_end_of_the_soak_have_as_long_again() {
        assertThat(settledFor(PodsGate.SETTLE).podsFrom()).isEqualTo(PodsGate.SETTLE.plus(TEN));
        assertThat(settledFor(PodsGate.SETTLE.minusNanos(1)).podsFrom()).isZero();
    }

    /** Settled from the beginning, and not any more ten seconds after. */
    private static Settling settledFor(Duration time) {
        return Settling.NOT_YET
                .with(true, true, Duration.ZERO, null)
                .with(true, true, time, null)
                .with(false, false, PodsGate.SETTLE.plus(TEN), null);
    }

    private ObservationHistory acted() {
        return ObservationHistory.NONE.with(check("a", true), null);
    }

    private ObservationHistory saying(Duration next) {
        return ObservationHistory.NONE.with(new Check("a", 1, true, SETTLED, START, next), null);
    }

    private Check check(String run, boolean acted) {
        return new Check(run, ++sequence, acted, SETTLED, START, TEN);
    }

    private Check policy(boolean acted, boolean inForce) {
        ClusterObservation seen = Observations.protectedNodes(List.of("n1"));
        return new Check("a", ++sequence, acted, inForce ? seen : Observations.released(), START, TEN);
    }

    private Blindness lost(String reason) {
        return new Blindness("a", ++sequence, Duration.ofSeconds(5), reason, TEN);
    }
}
