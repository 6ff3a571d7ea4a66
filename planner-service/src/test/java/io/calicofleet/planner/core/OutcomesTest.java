package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ContinuityFact;
import io.calicofleet.event.Customisation;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.NeededApproval;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.WaveApproval;
import io.calicofleet.planner.core.outcome.ClusterOutcome;
import io.calicofleet.planner.core.outcome.ClusterOutcome.Asked;
import io.calicofleet.planner.core.outcome.ClusterOutcome.Decided;
import io.calicofleet.planner.core.outcome.ClusterOutcome.Judged;
import io.calicofleet.planner.core.spec.CampaignDefaults;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What is said of a cluster that is finished. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OutcomesTest {

    private static final FieldConflict COMMAND = new FieldConflict(
            "DaemonSet kube-system/calico-node",
            "spec.template.spec.initContainers[install-cni].command",
            "[\"/install-cni.sh\"]",
            "[\"/mine.sh\"]",
            "[\"/opt/cni/bin/install\"]");

    private static Said said(Driver driver) {
        return Said.of(driver.recorded);
    }

    @Test
    void a_cluster_that_was_upgraded_is_said_to_be_with_what_it_had_and_who_wanted_it() {
        ClusterOutcome said = said(Driver.started(1).finish("c01")).of("c01");

        assertThat(said.result()).isEqualTo("succeeded");
        assertThat(said.from()).isEqualTo(Fleet.SOURCE);
        assertThat(said.to()).isEqualTo(Fleet.TARGET);
        assertThat(said.asked()).extracting(Asked::what, Asked::by).containsExactly(tuple("campaign.created", "alice"));
        assertThat(said.steps()).extracting(step -> step.step().kind()).contains(StepKind.INSPECT, StepKind.UPGRADE);
        assertThat(said.protection().needingProtection()).isEqualTo(1);
        assertThat(said.protection().allInterfaces()).hasSize(1);
        assertThat(said.doubt()).isNull();
    }

    @Test
    void nothing_is_said_of_a_cluster_that_is_not_finished_or_was_only_planned() {
        assertThat(said(Driver.started(2).finish("c01")).outcomes())
                .extracting(outcome -> outcome.cluster().value())
                .containsExactly("c01");
        assertThat(said(Driver.started(1, "procedure", "plan").finish("c01")).outcomes())
                .isEmpty();
    }

    @Test
    void what_comes_later_changes_nothing_about_it() {
        Driver driver = Driver.started(2, "maxConcurrent", 1).finish("c01");
        ClusterOutcome then = said(driver).of("c01");

        driver.tick(Duration.ofMinutes(1)).pause().resume().finish("c02");

        assertThat(said(driver).of("c01")).isEqualTo(then);
    }

    @Test
    void a_cluster_that_went_back_is_said_to_have_and_one_that_failed_and_one_that_was_left_out() {
        Driver driver = Driver.started(3, "onGateFailure", "rollback");
        driver.reach("c01", StepKind.UPGRADE).act("c01").failGate("c01").complete("c01");
        driver.failStep("c02", FailureReason.API_UNAVAILABLE);
        driver.failStep("c03", FailureReason.API_UNAVAILABLE).skip("c03");
        Said said = said(driver);

        assertThat(said.of("c01").result()).isEqualTo("rolled-back");
        assertThat(said.of("c02").result()).isEqualTo("failed");
        assertThat(said.of("c03").result()).isEqualTo("skipped");
        assertThat(said.of("c03").asked()).extracting(Asked::what).contains("cluster.skipped");
        assertThat(said.of("c02").asked()).extracting(Asked::what).doesNotContain("cluster.skipped");
    }

    @Test
    void what_a_restore_put_back_is_restored_and_what_an_abort_left_is_aborted() {
        Driver restored = new Driver(1)
                .create(CampaignDefaults.restore(CampaignName.of("back"), ClusterId.of("c01")))
                .finish("c01");
        ClusterOutcome said = said(restored).of("c01");
        assertThat(said.result()).isEqualTo("restored");
        assertThat(said.to()).isNull();

        Driver aborted = Driver.started(2, "maxConcurrent", 1).abort();
        assertThat(said(aborted).of("c02").result()).isEqualTo("aborted");
        assertThat(said(aborted).of("c02").asked()).extracting(Asked::what).contains("campaign.aborted");
    }

    @Test
    void a_retry_makes_it_unfinished_and_then_says_what_came_of_it() {
        Driver driver = Driver.started(1).failStep("c01", FailureReason.API_UNAVAILABLE);
        assertThat(said(driver).of("c01").result()).isEqualTo("failed");

        driver.tick(Duration.ofMinutes(1)).retry("c01");
        assertThat(said(driver).outcomes()).isEmpty();

        ClusterOutcome said = said(driver.finish("c01")).of("c01");
        assertThat(said.result()).isEqualTo("succeeded");
        assertThat(said.asked()).extracting(Asked::what).containsExactly("campaign.created", "cluster.retried");
    }

    @Test
    void what_people_changed_is_told_with_what_they_decided_where_the_release_changed_it_too() {
        Driver driver = Driver.started(1);
        Fleet.Facts facts = new Fleet.Facts();
        facts.customisations = List.of(new Customisation(COMMAND.object(), "spec.x", "1"));
        driver.facts = facts.build();
        driver.reach("c01", StepKind.UPGRADE);
        driver.report(new StepHeld(
                driver.step("c01"), HoldReason.CUSTOMISATION_CONFLICTS, List.of(COMMAND), "two changed it"));
        driver.approve("c01", OnConflict.TAKE_NEW, false).finish("c01");

        ClusterOutcome said = said(driver).of("c01");
        assertThat(said.kept().found()).isEqualTo(1);
        assertThat(said.kept().changes()).extracting(Customisation::path).containsExactly("spec.x");
        assertThat(said.kept().decisions()).containsExactly(new Decided(COMMAND, OnConflict.TAKE_NEW));
        assertThat(said.asked()).extracting(Asked::what).contains("campaign.approved");
    }

    @Test
    void whether_packets_flowed_is_what_was_judged_and_not_measured_where_nothing_was() {
        assertThat(said(Driver.started(1).finish("c01")).of("c01").continuity().said())
                .isEqualTo("Not measured: the campaign did not ask for it.");

        Driver driver = Driver.started(1, "continuity", Map.of());
        driver.reach("c01", StepKind.UPGRADE).act("c01");
        driver.judge(judged(
                        driver,
                        new GateResult(
                                GateKind.CONTINUITY,
                                Outcome.PASSED,
                                "Longest gap of 12 paths: 0.4 s.",
                                List.of("12 paths, 3 lost"),
                                List.of(new ContinuityFact(
                                        "n1",
                                        "host-to-host",
                                        true,
                                        3,
                                        400,
                                        3,
                                        Duration.ofMillis(400),
                                        "n2/10.0.0.2",
                                        60,
                                        0,
                                        Duration.ZERO,
                                        1,
                                        0)))))
                .finish("c01");

        ClusterOutcome said = said(driver).of("c01");
        assertThat(said.continuity().said()).isEqualTo("Longest gap of 12 paths: 0.4 s.");
        assertThat(said.continuity().gaps())
                .containsExactly(
                        new ClusterOutcome.Gap("host-to-host", true, 3, 400, 3, 400, 0, "n1", "n2/10.0.0.2", 1));
        assertThat(said.continuity().verdicts())
                .flatExtracting(Judged::evidence)
                .containsExactly("12 paths, 3 lost");
        Driver unjudged = Driver.started(1, "continuity", Map.of()).failStep("c01", FailureReason.API_UNAVAILABLE);
        assertThat(said(unjudged).of("c01").continuity().said()).isEqualTo("Not measured: no step was judged by it.");
    }

    @Test
    void host_endpoints_and_policies_are_told_as_they_were_judged() {
        Driver driver = Driver.started(1).reach("c01", StepKind.UPGRADE).act("c01");
        driver.judge(judged(
                        driver,
                        new GateResult(
                                GateKind.NETWORK_UNCHANGED,
                                Outcome.PASSED,
                                "As before.",
                                List.of("GlobalNetworkPolicy: 4"))))
                .finish("c01");

        assertThat(said(driver).of("c01").protection().verdicts())
                .extracting(Judged::gate, Judged::evidence)
                .contains(tuple(GateKind.NETWORK_UNCHANGED, List.of("GlobalNetworkPolicy: 4")));
    }

    @Test
    void who_approved_its_wave_is_told_with_the_digest_of_what_they_approved() {
        Driver driver = Driver.started(
                2,
                "waves",
                List.of(
                        Map.of("name", "first", "clusters", Map.of("count", 1)),
                        Map.of("name", "rest", "approval", true)));
        driver.finish("c01");
        driver.command(new CampaignApproved(driver.name, null, "looked at it", null, false, "approve"));
        driver.finish("c02");
        Said said = said(driver);

        assertThat(said.of("c02").approvals())
                .singleElement()
                .extracting(NeededApproval::what)
                .isEqualTo("before rest");
        assertThat(said.of("c02").approvals())
                .flatExtracting(NeededApproval::given)
                .singleElement()
                .satisfies(given -> {
                    assertThat(given)
                            .extracting(WaveApproval::by, WaveApproval::reason)
                            .containsExactly("alice", "looked at it");
                    assertThat(given.digest()).matches("[0-9a-f]{64}");
                });
        assertThat(said.of("c01").approvals()).isEmpty();
    }

    private static StepJudged judged(Driver driver, GateResult result) {
        return new StepJudged(driver.step("c01"), Outcome.PASSED, List.of(result), null, "judged");
    }
}
