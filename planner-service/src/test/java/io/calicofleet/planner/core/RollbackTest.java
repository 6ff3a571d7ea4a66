package io.calicofleet.planner.core;

import static io.calicofleet.event.StepKind.INSPECT;
import static io.calicofleet.event.StepKind.RELEASE_HOST_ENDPOINTS;
import static io.calicofleet.event.StepKind.RESTORE;
import static io.calicofleet.event.StepKind.UPGRADE;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepJudged;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code onGateFailure: rollback}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RollbackTest {

    private static Driver upgrading(int clusters, Object... fields) {
        Object[] all = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("onGateFailure", "rollback"), java.util.Arrays.stream(fields))
                .toArray();
        return Driver.started(clusters, all).reach("c01", UPGRADE);
    }

    @Test
    void a_failed_gate_of_the_upgrade_puts_the_backup_back_and_fails_the_cluster() {
        Driver driver = upgrading(1);
        driver.act("c01").failGate("c01");

        assertThat(driver.step("c01").kind()).isEqualTo(RESTORE);
        assertThat(driver.request("c01").gates())
                .extracting(GateRequirement::kind)
                .containsExactly(GateKind.PODS);
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.RUNNING);
        assertThat(driver.cluster("c01").todo()).isEmpty();

        driver.complete("c01");
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.FAILED);
        assertThat(driver.cluster("c01").findings().holdReason()).isEqualTo(HoldReason.ROLLED_BACK);
        assertThat(driver.cluster("c01").findings().message())
                .startsWith("Rolled back")
                .endsWith("judged");
        assertThat(driver.phase()).isEqualTo(CampaignPhase.FAILED);
        assertThat(driver.cluster("c01").history())
                .extracting(record -> record.step().kind() + " " + record.state())
                .endsWith("upgrade failed", "restore passed");
    }

    @Test
    void a_cluster_nobody_saw_for_long_enough_is_held_and_neither_failed_nor_put_back() {
        Driver driver = upgrading(1).act("c01");
        driver.judge(driver.verdict("c01", Outcome.UNDECIDED));

        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.HELD);
        assertThat(driver.cluster("c01").findings().holdReason()).isEqualTo(HoldReason.NOT_SEEN);
        assertThat(driver.cluster("c01").hasBeenAsked(RESTORE)).isFalse();
        assertThat(driver.status().failures()).isZero();
        assertThat(driver.phase()).isEqualTo(CampaignPhase.HELD);

        driver.retry("c01");
        assertThat(driver.step("c01").kind()).isEqualTo(INSPECT);
    }

    @Test
    void a_cluster_whose_version_somebody_else_changes_is_held_and_nothing_is_taken_back() {
        Driver driver = upgrading(1).act("c01");
        driver.judge(driver.verdict("c01", Outcome.CONTESTED));

        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.HELD);
        assertThat(driver.cluster("c01").findings().holdReason()).isEqualTo(HoldReason.SECOND_UPGRADER);
        assertThat(driver.cluster("c01").hasBeenAsked(RESTORE)).isFalse();
        assertThat(driver.status().failures()).isZero();

        driver.retry("c01");
        assertThat(driver.step("c01").kind()).isEqualTo(INSPECT);
    }

    @Test
    void a_step_whose_executor_never_came_is_held_at_the_limit_with_a_warning() {
        Driver driver = upgrading(1);
        driver.judge(driver.verdict("c01", Outcome.UNDECIDED));

        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.HELD);
        assertThat(driver.cluster("c01").findings().message())
                .endsWith("An executor that comes back may still do calico-3-22/c01/upgrade/1.");
    }

    @Test
    void what_the_failed_gate_was_judged_on_is_kept_though_the_restore_has_gates_of_its_own() {
        Driver driver = upgrading(1).act("c01");
        GateResult pods = new GateResult(GateKind.PODS, Outcome.FAILED, "not ready", List.of("pod a is not ready"));
        driver.judge(new StepJudged(driver.step("c01"), Outcome.FAILED, List.of(pods), null, "judged"))
                .complete("c01");

        assertThat(driver.cluster("c01").findings().holdReason()).isEqualTo(HoldReason.ROLLED_BACK);
        assertThat(driver.cluster("c01").findings().notes()).contains("pod a is not ready");
    }

    @Test
    void without_the_policy_the_cluster_stays_as_it_is() {
        Driver driver = Driver.started(1).reach("c01", UPGRADE).act("c01").failGate("c01");

        assertThat(driver.kinds("c01")).doesNotContain(RESTORE);
        assertThat(driver.cluster("c01").findings().holdReason()).isEqualTo(HoldReason.GATE_FAILED);
    }

    @ParameterizedTest
    @CsvSource({
        "UNEXPECTED_STATE, true",
        "INVALID_OBJECT, true",
        "API_UNAVAILABLE, false",
        "RELEASE_UNAVAILABLE, false",
        "WOULD_LOCK_OUT, false",
        "BACKUP_MISSING, false",
        "BUG, false"
    })
    void a_step_that_broke_off_goes_back_where_the_cluster_is_at_fault(FailureReason reason, boolean goesBack) {
        Driver driver = upgrading(1).failStep("c01", reason);

        assertThat(driver.step("c01").kind() == RESTORE).isEqualTo(goesBack);
        assertThat(driver.phase("c01")).isEqualTo(goesBack ? ClusterPhase.RUNNING : ClusterPhase.FAILED);
    }

    @Test
    void steps_that_do_not_upgrade_are_not_gone_back_from() {
        Driver driver = Driver.started(1, "onGateFailure", "rollback").reach("c01", RELEASE_HOST_ENDPOINTS);
        driver.act("c01").failGate("c01");

        assertThat(driver.kinds("c01")).doesNotContain(RESTORE);
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.FAILED);
    }

    @Test
    void a_rollback_that_does_not_succeed_ends_there_and_says_both() {
        Driver driver = upgrading(1).act("c01").failGate("c01");
        driver.failStep("c01", FailureReason.ROLLBACK_REFUSED);

        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.FAILED);
        assertThat(driver.cluster("c01").findings().message())
                .contains("Not rolled back", FailureReason.ROLLBACK_REFUSED.sentence(), "judged");
        assertThat(driver.kinds("c01")).containsOnlyOnce(RESTORE);
    }

    @Test
    void a_gate_of_the_rollback_that_fails_does_not_roll_back_again() {
        Driver driver = upgrading(1).act("c01").failGate("c01").act("c01").failGate("c01");

        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.FAILED);
        assertThat(driver.kinds("c01")).containsOnlyOnce(RESTORE);
    }

    @Test
    void reports_about_the_upgrade_that_come_late_or_twice_change_nothing() {
        Driver driver = upgrading(1).act("c01");
        StepJudged verdict = driver.verdict("c01", Outcome.FAILED);
        driver.judge(verdict);
        var before = driver.state;

        driver.judge(verdict);
        assertThat(driver.state).isSameAs(before);
        assertThat(driver.last.effects()).isEmpty();
    }

    @Test
    void it_counts_against_the_budget_from_the_moment_it_failed() {
        Driver driver = upgrading(3, "maxConcurrent", 1, "failureBudget", Map.of("maxFailures", 0));
        driver.act("c01").failGate("c01");

        assertThat(driver.state.tally().failures()).isEqualTo(1);
        driver.complete("c01").tick(Duration.ofMinutes(1));
        assertThat(driver.inFlight()).isEmpty();
        assertThat(driver.phase()).isEqualTo(CampaignPhase.HELD);
    }

    @Test
    void an_abort_lets_nothing_new_start_not_even_the_way_back() {
        Driver driver = upgrading(1).act("c01").abort().failGate("c01");

        assertThat(driver.kinds("c01")).doesNotContain(RESTORE);
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.FAILED);
    }

    @Test
    void a_pause_lets_it_go_back() {
        Driver driver = upgrading(1).act("c01").pause().failGate("c01");
        assertThat(driver.step("c01").kind()).isEqualTo(RESTORE);
    }

    @Test
    void a_retry_begins_anew_and_may_go_back_once_more() {
        Driver driver = upgrading(1).act("c01").failGate("c01").complete("c01").retry("c01");
        assertThat(driver.step("c01").kind()).isEqualTo(INSPECT);

        driver.reach("c01", UPGRADE).act("c01").failGate("c01");
        assertThat(driver.step("c01").ordinal()).isEqualTo(2);
        assertThat(driver.step("c01").kind()).isEqualTo(RESTORE);
    }
}
