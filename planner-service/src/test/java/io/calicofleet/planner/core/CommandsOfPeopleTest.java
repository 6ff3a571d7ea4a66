package io.calicofleet.planner.core;

import static io.calicofleet.event.StepKind.BACKUP;
import static io.calicofleet.event.StepKind.INSPECT;
import static io.calicofleet.event.StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS;
import static io.calicofleet.event.StepKind.RELEASE_HOST_ENDPOINTS;
import static io.calicofleet.event.StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC;
import static io.calicofleet.event.StepKind.UPGRADE;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FieldAnswer;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.ReleaseFacts;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What people ask of a campaign: pause, resume, abort, approve, retry, skip. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CommandsOfPeopleTest {

    private Driver inReview() {
        Driver driver = Driver.started(1).reach("c01", REVIEW_HOST_ENDPOINT_TRAFFIC);
        return driver.act("c01")
                .judge(driver.verdict("c01", Outcome.NEEDS_APPROVAL))
                .act("c01");
    }

    @Test
    void a_review_holds_the_cluster_and_the_campaign_until_it_is_approved() {
        Driver driver = inReview();
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.HELD);
        assertThat(driver.phase()).isEqualTo(CampaignPhase.HELD);
        assertThat(driver.status().reason()).contains("1 cluster waits for a person");

        driver.approve("c01");
        assertThat(driver.finish("c01").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
        assertThat(driver.kinds("c01")).endsWith(REVIEW_HOST_ENDPOINT_TRAFFIC, RELEASE_HOST_ENDPOINTS);
    }

    @Test
    void conflicts_hold_the_cluster_and_an_approval_asks_for_the_upgrade_again_with_its_side() {
        Driver driver = Driver.started(1).reach("c01", UPGRADE);
        driver.report(new StepHeld(
                driver.step("c01"),
                HoldReason.CUSTOMISATION_CONFLICTS,
                List.of(new FieldConflict("ConfigMap kube-system/calico-config", "data.veth_mtu", "1", "2", "3")),
                "c01: both changed data.veth_mtu"));
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.HELD);
        assertThat(driver.cluster("c01").findings().message())
                .as("the name of the cluster is said by who tells it")
                .isEqualTo("both changed data.veth_mtu");
        assertThat(driver.cluster("c01").findings().conflicts()).hasSize(1);
        driver.failGate("c01");
        assertThat(driver.phase("c01")).as("a verdict on a held step").isEqualTo(ClusterPhase.HELD);

        driver.approve("c01", OnConflict.TAKE_NEW, false);
        assertThat(driver.step("c01")).isEqualTo(StepId.parse("calico-3-22/c01/upgrade/2"));
        assertThat(driver.request("c01").parameters().onConflict()).isEqualTo(OnConflict.TAKE_NEW);
        assertThat(driver.finish("c01").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    @Test
    void an_answer_that_cannot_succeed_is_refused_with_the_question_and_its_answers() {
        Driver driver = Driver.started(1).reach("c01", UPGRADE);
        driver.report(new StepHeld(
                driver.step("c01"),
                HoldReason.CUSTOMISATION_CONFLICTS,
                List.of(
                        new FieldConflict("ConfigMap kube-system/calico-config", "data.veth_mtu", "1", "2", "3"),
                        new FieldConflict(
                                "ServiceAccount kube-system/calico-node",
                                "(whole object)",
                                "1",
                                "",
                                "1",
                                "Pods cannot start without.",
                                List.of(OnConflict.TAKE_NEW))),
                "c01: two questions"));

        driver.approve("c01", OnConflict.KEEP_MINE, false);
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.HELD);
        assertThat(driver.refusal())
                .isEqualTo(
                        "Cluster c01: keep-mine is no answer to ServiceAccount kube-system/calico-node (whole object),"
                                + " which takes take-new only. Pods cannot start without.");

        driver.approve("c01", OnConflict.TAKE_NEW, false);
        assertThat(driver.request("c01").parameters().onConflict()).isEqualTo(OnConflict.TAKE_NEW);
    }

    private static final FieldConflict MTU =
            new FieldConflict("ConfigMap kube-system/calico-config", "data.veth_mtu", "1", "2", "3");
    private static final FieldConflict LEVEL =
            new FieldConflict("ConfigMap kube-system/calico-config", "data.level", "a", "b", "c");

    private static Driver asked(FieldConflict... conflicts) {
        Driver driver = Driver.started(1).reach("c01", UPGRADE);
        return driver.report(new StepHeld(
                driver.step("c01"), HoldReason.CUSTOMISATION_CONFLICTS, List.of(conflicts), "c01: conflicts"));
    }

    private static Driver answer(Driver driver, OnConflict rest, FieldAnswer... answers) {
        return driver.command(new CampaignApproved(
                driver.name, ClusterId.of("c01"), "seen", rest, false, null, null, List.of(answers), "approve"));
    }

    private static FieldAnswer to(FieldConflict question, OnConflict side) {
        return new FieldAnswer(question.question(), side);
    }

    @Test
    void each_question_may_have_an_answer_of_its_own_and_what_is_asked_later_is_held_again() {
        Driver driver = answer(asked(MTU, LEVEL), null, to(MTU, OnConflict.TAKE_NEW), to(LEVEL, OnConflict.KEEP_MINE));

        assertThat(driver.step("c01")).isEqualTo(StepId.parse("calico-3-22/c01/upgrade/2"));
        assertThat(driver.request("c01").parameters().answers())
                .containsExactly(to(MTU, OnConflict.TAKE_NEW), to(LEVEL, OnConflict.KEEP_MINE));
        assertThat(driver.request("c01").parameters().onConflict())
                .as("of what was not shown nothing is decided")
                .isEqualTo(OnConflict.HOLD);
        FieldConflict later = new FieldConflict("ConfigMap kube-system/calico-config", "data.later", "1", "2", "3");
        driver.report(
                new StepHeld(driver.step("c01"), HoldReason.CUSTOMISATION_CONFLICTS, List.of(later), "c01: one more"));
        answer(driver, null, to(later, OnConflict.KEEP_MINE));
        assertThat(driver.request("c01").parameters().answers())
                .as("those before are still decided")
                .hasSize(3);
    }

    @Test
    void a_question_without_an_answer_or_an_answer_without_its_question_is_refused_by_name() {
        Driver driver = answer(asked(MTU, LEVEL), null, to(MTU, OnConflict.TAKE_NEW));
        assertThat(driver.refusal())
                .isEqualTo("Cluster c01: " + LEVEL.question()
                        + " (ConfigMap kube-system/calico-config data.level) has no answer: give each one, or"
                        + " --conflicts for all others.");

        FieldConflict before = new FieldConflict("ConfigMap kube-system/calico-config", "data.veth_mtu", "1", "1", "3");
        answer(driver, OnConflict.KEEP_MINE, to(before, OnConflict.TAKE_NEW));
        assertThat(driver.refusal())
                .as("its value has changed since")
                .contains("no question " + before.question(), MTU.question());

        answer(driver, OnConflict.KEEP_MINE, to(MTU, OnConflict.TAKE_NEW));
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.RUNNING);
        assertThat(driver.request("c01").parameters().onConflict()).isEqualTo(OnConflict.KEEP_MINE);
    }

    @Test
    void a_rule_for_all_others_leaves_alone_what_has_an_answer_it_could_not_take() {
        FieldConflict gone = new FieldConflict(
                "ServiceAccount kube-system/calico-node",
                "(whole object)",
                "1",
                "",
                "1",
                "Pods cannot start without.",
                List.of(OnConflict.TAKE_NEW));

        Driver driver = answer(asked(MTU, gone), OnConflict.KEEP_MINE, to(gone, OnConflict.TAKE_NEW));

        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.RUNNING);
        assertThat(answer(asked(MTU, gone), null, to(MTU, OnConflict.TAKE_NEW), to(gone, OnConflict.KEEP_MINE))
                        .refusal())
                .contains("keep-mine is no answer to ServiceAccount kube-system/calico-node");
    }

    @Test
    void answers_are_of_one_cluster_and_those_that_keep_are_not_asked_for_again_by_a_retry() {
        Driver driver = asked(MTU, LEVEL);
        driver.command(new CampaignApproved(
                driver.name, null, "seen", null, false, null, null, List.of(to(MTU, OnConflict.KEEP_MINE)), "approve"));
        assertThat(driver.refusal()).contains("of one cluster");

        answer(driver, null, to(MTU, OnConflict.TAKE_NEW), to(LEVEL, OnConflict.KEEP_MINE))
                .failStep("c01", FailureReason.UNEXPECTED_STATE);
        driver.retry("c01").reach("c01", UPGRADE);
        assertThat(driver.request("c01").parameters().answers()).containsExactly(to(LEVEL, OnConflict.KEEP_MINE));
        assertThat(driver.request("c01").parameters().onConflict()).isEqualTo(OnConflict.HOLD);
    }

    @Test
    void without_a_base_the_answers_go_with_every_later_step_and_what_was_not_shown_is_kept() {
        Driver driver = Driver.started(1);
        driver.facts = unproven();
        driver.act("c01");
        FieldConflict shown = driver.cluster("c01").findings().conflicts().getFirst();

        answer(driver, null, to(shown, OnConflict.TAKE_NEW));
        driver.act("c01").reach("c01", UPGRADE);

        assertThat(driver.request("c01").parameters().answers()).containsExactly(to(shown, OnConflict.TAKE_NEW));
        assertThat(driver.request("c01").parameters().withoutBase()).isEqualTo(OnConflict.KEEP_MINE);
    }

    @Test
    void keep_mine_is_not_asked_again_by_a_retry_and_take_new_is() {
        Driver driver = Driver.started(1).reach("c01", UPGRADE);
        FieldConflict conflict =
                new FieldConflict("ConfigMap kube-system/calico-config", "data.veth_mtu", "1", "2", "3");
        driver.report(new StepHeld(
                driver.step("c01"), HoldReason.CUSTOMISATION_CONFLICTS, List.of(conflict), "c01: conflicts"));
        driver.approve("c01", OnConflict.KEEP_MINE, false).failStep("c01", FailureReason.UNEXPECTED_STATE);

        driver.retry("c01").reach("c01", UPGRADE);
        assertThat(driver.request("c01").parameters().onConflict()).isEqualTo(OnConflict.KEEP_MINE);

        Driver other = Driver.started(1).reach("c01", UPGRADE);
        other.report(new StepHeld(
                other.step("c01"), HoldReason.CUSTOMISATION_CONFLICTS, List.of(conflict), "c01: conflicts"));
        other.approve("c01", OnConflict.TAKE_NEW, false).failStep("c01", FailureReason.UNEXPECTED_STATE);
        other.retry("c01").reach("c01", UPGRADE);
        assertThat(other.request("c01").parameters().onConflict()).isEqualTo(OnConflict.HOLD);
    }

    @Test
    void without_a_proven_base_a_person_decides_before_anything_is_asked_for_that_writes() {
        Driver driver = Driver.started(1);
        driver.facts = unproven();
        driver.act("c01");
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.HELD);
        assertThat(driver.kinds("c01")).containsExactly(INSPECT);
        assertThat(driver.cluster("c01").findings().holdReason()).isEqualTo(HoldReason.BASE_UNKNOWN);
        assertThat(driver.cluster("c01").findings().objections()).containsExactly("there is no v3.13.4/calico.yaml");
        assertThat(driver.cluster("c01").findings().conflicts()).hasSize(1);

        driver.approve("c01", OnConflict.KEEP_MINE, false);
        assertThat(driver.step("c01").kind()).isEqualTo(INSPECT);
        assertThat(driver.request("c01").parameters().withoutBase()).isEqualTo(OnConflict.KEEP_MINE);
        driver.act("c01");
        assertThat(driver.step("c01").kind()).isEqualTo(BACKUP);
        driver.reach("c01", UPGRADE);
        assertThat(driver.request("c01").parameters().withoutBase()).isEqualTo(OnConflict.KEEP_MINE);
        assertThat(driver.request("c01").parameters().onConflict()).isEqualTo(OnConflict.HOLD);
    }

    private static ClusterFacts unproven() {
        var facts = new Fleet.Facts();
        facts.conflicts =
                List.of(new FieldConflict("ConfigMap kube-system/calico-config", "data.veth_mtu", "", "2", "3"));
        facts.releases = new ReleaseFacts(
                "v3.22.5/calico.yaml",
                "/releases",
                List.of(Fleet.TARGET),
                List.of(),
                null,
                null,
                List.of("there is no v3.13.4/calico.yaml"));
        return facts.build();
    }

    @Test
    void policies_that_would_select_automatic_host_endpoints_wait_for_an_approval_and_are_then_accepted() {
        Driver driver = Driver.started(1, "hostEndpoints", Map.of("migrateToAutomatic", true));
        driver.reach("c01", MIGRATE_TO_AUTO_HOST_ENDPOINTS);
        assertThat(driver.request("c01").parameters().acceptPolicies()).isFalse();
        driver.report(new StepHeld(
                driver.step("c01"),
                HoldReason.AUTO_HOST_ENDPOINT_POLICIES,
                List.of(),
                List.of("GlobalNetworkPolicy deny-all"),
                "deny-all would select them"));
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.HELD);
        assertThat(driver.cluster("c01").findings().objections()).containsExactly("GlobalNetworkPolicy deny-all");

        driver.approve("c01");
        assertThat(driver.step("c01")).isEqualTo(StepId.parse("calico-3-22/c01/migrate-to-auto-host-endpoints/2"));
        assertThat(driver.request("c01").parameters().acceptPolicies()).isTrue();
        assertThat(driver.cluster("c01").findings().objections()).isEmpty();
        assertThat(driver.finish("c01").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
        assertThat(driver.kinds("c01")).endsWith(MIGRATE_TO_AUTO_HOST_ENDPOINTS, RELEASE_HOST_ENDPOINTS);
    }

    @Test
    void a_suggested_policy_is_not_applied_to_host_endpoints_that_are_replaced() {
        Driver driver = Driver.started(1, "hostEndpoints", Map.of("migrateToAutomatic", true));
        driver.reach("c01", REVIEW_HOST_ENDPOINT_TRAFFIC)
                .act("c01")
                .judge(driver.verdict("c01", Outcome.NEEDS_APPROVAL));

        driver.approve("c01", null, true);
        assertThat(driver.refusal()).contains("replaces by automatic ones");
        driver.approve("c01").complete("c01");
        assertThat(driver.step("c01").kind()).isEqualTo(MIGRATE_TO_AUTO_HOST_ENDPOINTS);
    }

    @Test
    void all_objections_hold_the_cluster_before_anything_is_written() {
        Driver driver = new Driver(1);
        var facts = new Fleet.Facts();
        facts.method = InstallMethod.DISTRIBUTION;
        facts.nodesNotReady = 1;
        driver.facts = facts.build();
        driver.create(Fleet.campaign()).complete("c01");

        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.HELD);
        assertThat(driver.cluster("c01").findings().objections()).hasSize(2);
        assertThat(driver.kinds("c01")).containsExactly(INSPECT);
        driver.approve("c01");
        assertThat(driver.refusal()).contains("does not wait for an approval");

        driver.facts = Fleet.facts();
        assertThat(driver.retry("c01").finish("c01").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    @Test
    void a_held_cluster_keeps_its_place() {
        Driver driver = Driver.started(3, "maxConcurrent", 1).reach("c01", REVIEW_HOST_ENDPOINT_TRAFFIC);
        driver.act("c01").judge(driver.verdict("c01", Outcome.NEEDS_APPROVAL)).act("c01");

        assertThat(driver.inFlight()).containsExactly("c01");
        driver.skip("c01");
        assertThat(driver.inFlight()).containsExactly("c02");
        assertThat(driver.cluster("c01").findings().notes()).containsAll(StepRules.LEFT_OPEN);
    }

    @Test
    void a_running_cluster_cannot_be_skipped_unless_nobody_answers_for_it() {
        Driver driver = Driver.started(1).skip("c01");
        assertThat(driver.refusal()).contains("in flight");

        driver.tick(Duration.ofMinutes(3));
        assertThat(driver.status().reason()).contains("No executor answers for c01");
        driver.skip("c01");
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.SKIPPED);
    }

    @Test
    void who_stops_or_goes_back_does_not_wait_for_the_traffic_to_be_observed() {
        Driver driver = Driver.started(2, "maxConcurrent", 2);
        driver.reach("c01", REVIEW_HOST_ENDPOINT_TRAFFIC).skip("c01");
        assertThat(driver.refusal()).contains("in flight");

        driver.act("c01").skip("c01");
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.SKIPPED);
        assertThat(driver.cluster("c01").findings().notes()).containsAll(StepRules.LEFT_OPEN);

        driver.reach("c02", REVIEW_HOST_ENDPOINT_TRAFFIC).abort();
        assertThat(driver.phase("c02")).isEqualTo(ClusterPhase.RUNNING);
        driver.act("c02");
        assertThat(driver.phase("c02")).isEqualTo(ClusterPhase.ABORTED);
        assertThat(driver.phase()).isEqualTo(CampaignPhase.ABORTED);
    }

    @Test
    void an_executor_that_comes_late_is_welcome() {
        Driver driver = Driver.started(1).tick(Duration.ofMinutes(3)).accept("c01");
        assertThat(driver.state.silent()).isEmpty();
        assertThat(driver.status().reason()).isEmpty();
        assertThat(driver.finish("c01").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    @Test
    void a_pause_lets_clusters_in_flight_finish_and_starts_no_new_one() {
        Driver driver = Driver.started(2, "maxConcurrent", 1).pause().finish("c01");
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.SUCCEEDED);
        assertThat(driver.phase()).isEqualTo(CampaignPhase.PAUSED);
        assertThat(driver.status().reason()).isEqualTo("Paused by alice: lunch");
        assertThat(driver.inFlight()).isEmpty();
        assertThat(driver.pause().refusal()).contains("already");

        driver.resume();
        assertThat(driver.inFlight()).containsExactly("c02");
    }

    @Test
    void an_abort_lets_the_step_in_flight_finish_and_ends_what_waits() {
        Driver driver = Driver.started(3, "maxConcurrent", 2).abort();
        assertThat(driver.phase()).isEqualTo(CampaignPhase.ABORTING);
        assertThat(driver.phase("c03")).isEqualTo(ClusterPhase.ABORTED);
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.RUNNING);

        driver.complete("c01").failStep("c02", FailureReason.BUG);
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.ABORTED);
        assertThat(driver.phase("c02")).isEqualTo(ClusterPhase.FAILED);
        assertThat(driver.phase()).isEqualTo(CampaignPhase.ABORTED);
    }

    @Test
    void a_second_abort_ends_a_campaign_at_once_whatever_its_steps_wait_for() {
        Driver driver = Driver.started(2, "maxConcurrent", 2)
                .accept("c01")
                .act("c01")
                .accept("c02")
                .abort();
        assertThat(driver.phase()).isEqualTo(CampaignPhase.ABORTING);

        driver.abort();

        assertThat(driver.phase()).isEqualTo(CampaignPhase.ABORTED);
        assertThat(driver.phase("c02")).isEqualTo(ClusterPhase.ABORTED);
        assertThat(driver.cluster("c02").findings().message())
                .startsWith("Aborted without waiting by alice: enough")
                .endsWith("Its executor may still finish calico-3-22/c02/inspect/1.");
        assertThat(driver.inFlight()).isEmpty();
    }

    @Test
    void an_abort_does_not_wait_for_an_executor_that_never_answers() {
        Driver driver = Driver.started(1).abort().tick(Duration.ofMinutes(3));

        assertThat(driver.phase()).isEqualTo(CampaignPhase.ABORTED);
    }

    @Test
    void what_cannot_be_done_is_refused_with_its_reason() {
        Driver driver = Driver.started(2);

        assertThat(driver.retry("c10").refusal())
                .contains("not in this campaign")
                .contains("Did you mean");
        assertThat(driver.retry("c01").refusal()).contains("running");
        assertThat(driver.retry(null).refusal()).contains("nothing to retry");
        assertThat(driver.resume().refusal()).contains("not paused");
        assertThat(driver.approve(null).refusal()).contains("Nothing in this campaign waits");
        assertThat(new Driver(1).pause().refusal()).contains("There is no campaign calico-3-22");
    }
}
