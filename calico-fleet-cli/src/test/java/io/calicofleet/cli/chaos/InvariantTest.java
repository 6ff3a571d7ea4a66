package io.calicofleet.cli.chaos;

import static io.calicofleet.cli.chaos.RunScript.CLUSTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FreezeSpec;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.ScheduleSpec;
import io.calicofleet.event.Unreachable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Each invariant has histories that it takes and histories that it refuses: one that takes everything is worth nothing. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class InvariantTest {

    private static final String NODE = "kube-system/calico-node";
    private static final String SETS = "daemonsets.apps";

    @Test
    void a_whole_upgrade_and_the_restore_after_it_agree_with_every_invariant() {
        History history = new RunScript()
                .campaign("one", CampaignPhase.RUNNING, 0)
                .granted("one", 1, 7)
                .status("one", CLUSTER, ClusterPhase.RUNNING)
                .passed("one/inspect/1")
                .asked("one/upgrade/1")
                .begun("one/upgrade/1")
                .writes(SETS, NODE)
                .writesAgain(SETS, NODE)
                .done("one/upgrade/1")
                .succeeded("one/upgrade/1")
                .judged("one/upgrade/1", Outcome.PASSED)
                .status("one", CLUSTER, ClusterPhase.SUCCEEDED)
                .released("one", 1)
                .campaign("one", CampaignPhase.SUCCEEDED, 0)
                .campaign("back", Procedure.RESTORE, CampaignPhase.SUCCEEDED, 0)
                .granted("back", 1, 8)
                .asked("back/restore/1")
                .begun("back/restore/1")
                .writes(SETS, NODE)
                .done("back/restore/1")
                .set("the MTU", "1410", "1410")
                .history();

        for (Invariant invariant : Invariant.values()) {
            assertThat(invariant.check(history)).as(invariant.text()).isEmpty();
        }
    }

    @Test
    void a_grant_while_another_campaign_has_the_cluster_is_found() {
        assertThat(found(
                        Invariant.ONE_CLAIM,
                        new RunScript().granted("one", 1, 7).granted("two", 1, 8)))
                .contains("is granted to two while one has it");
        assertThat(found(
                        Invariant.ONE_CLAIM,
                        new RunScript().granted("one", 1, 7).granted("two", 1, 7)))
                .contains("two campaigns have the same epoch");
        assertThat(found(
                        Invariant.ONE_CLAIM,
                        new RunScript()
                                .granted("one", 1, 7)
                                .granted("two", 1, 8)
                                .released("one", 1)))
                .contains("is granted to two while one has it");
    }

    @Test
    void a_grant_after_a_release_or_a_take_over_is_right_and_so_is_the_same_answer_twice() {
        assertThat(found(
                        Invariant.ONE_CLAIM,
                        new RunScript()
                                .granted("one", 1, 7)
                                .granted("one", 1, 7)
                                .released("one", 1)
                                .granted("two", 1, 8)
                                .lost("two", 1, "three")
                                .granted("three", 1, 9)))
                .isEmpty();
    }

    @Test
    void a_write_without_a_step_of_the_campaign_that_has_the_cluster_is_found() {
        assertThat(found(Invariant.WRITES_UNDER_A_CLAIM, new RunScript().writes(SETS, NODE)))
                .contains("though no step runs");
        assertThat(found(
                        Invariant.WRITES_UNDER_A_CLAIM,
                        new RunScript()
                                .granted("one", 1, 7)
                                .asked("one/upgrade/1")
                                .begun("one/upgrade/1")
                                .done("one/upgrade/1")
                                .writes(SETS, NODE)))
                .contains("though no step runs");
        assertThat(found(
                        Invariant.WRITES_UNDER_A_CLAIM,
                        new RunScript()
                                .granted("one", 1, 7)
                                .begun("one/upgrade/1")
                                .writes(SETS, NODE)))
                .contains("which nobody asked for");
        assertThat(found(
                        Invariant.WRITES_UNDER_A_CLAIM,
                        new RunScript()
                                .asked("one/upgrade/1")
                                .granted("one", 1, 7)
                                .begun("one/upgrade/1")
                                .writes(SETS, NODE)))
                .contains("though epoch 7 has begun");
        assertThat(found(
                        Invariant.WRITES_UNDER_A_CLAIM,
                        new RunScript()
                                .granted("one", 1, 7)
                                .asked("one/upgrade/1")
                                .begun("one/upgrade/1")
                                .released("one", 1)
                                .writes(SETS, NODE)))
                .contains("after its campaign released the cluster");
    }

    @Test
    void a_step_whose_cluster_a_person_left_out_may_end() {
        assertThat(found(
                        Invariant.WRITES_UNDER_A_CLAIM,
                        new RunScript()
                                .granted("one", 1, 7)
                                .asked("one/upgrade/1")
                                .begun("one/upgrade/1")
                                .status("one", CLUSTER, ClusterPhase.SKIPPED)
                                .released("one", 1)
                                .writes(SETS, NODE)))
                .isEmpty();
    }

    @Test
    void an_object_that_is_changed_twice_in_a_step_is_found_and_one_written_again_as_it_is_is_not() {
        RunScript run =
                new RunScript().granted("one", 1, 7).asked("one/upgrade/1").begun("one/upgrade/1");
        assertThat(found(Invariant.EFFECTS_ONCE, run.writes(SETS, NODE).writesAgain(SETS, NODE)))
                .isEmpty();
        assertThat(found(Invariant.EFFECTS_ONCE, run.writes(SETS, NODE))).contains("2 times: one/c01/upgrade/1");
    }

    @Test
    void a_second_revision_of_a_helm_release_in_a_step_is_found() {
        RunScript run = new RunScript()
                .granted("one", 1, 7)
                .asked("one/upgrade-helm-release/1")
                .begun("one/upgrade-helm-release/1")
                .creates("secrets", "tigera/sh.helm.release.v1.calico.v2")
                .writes("secrets", "tigera/sh.helm.release.v1.calico.v2")
                .writes("secrets", "tigera/sh.helm.release.v1.calico.v2");
        assertThat(found(Invariant.EFFECTS_ONCE, run)).isEmpty();
        assertThat(found(Invariant.EFFECTS_ONCE, run.creates("secrets", "tigera/sh.helm.release.v1.calico.v3")))
                .contains("new revision of tigera/sh.helm.release.v1.calico");
    }

    @Test
    void a_failure_that_comes_of_an_absence_is_found_and_a_missing_backup_is_not() {
        assertThat(found(
                        Invariant.ABSENCE_FAILS_NOBODY,
                        new RunScript().failed("one/upgrade/1", FailureReason.API_UNAVAILABLE)))
                .contains("failed: api-unavailable");
        assertThat(found(Invariant.ABSENCE_FAILS_NOBODY, new RunScript().judged("one/upgrade/1", Outcome.FAILED)))
                .contains("is judged failed");
        assertThat(found(Invariant.ABSENCE_FAILS_NOBODY, new RunScript().judged("one/upgrade/1", Outcome.UNDECIDED)))
                .contains("is judged undecided");
        assertThat(found(Invariant.ABSENCE_FAILS_NOBODY, new RunScript().asked("one/restore/1")))
                .contains("is taken back");
        assertThat(found(
                        Invariant.ABSENCE_FAILS_NOBODY,
                        new RunScript().failed("one/restore/1", FailureReason.BACKUP_MISSING)))
                .isEmpty();
    }

    @Test
    void a_step_that_is_asked_for_too_early_is_found() {
        Invariant first = Invariant.VERDICT_FIRST;
        assertThat(found(first, new RunScript().asked("one/inspect/1").asked("one/backup/1")))
                .contains("has no outcome");
        assertThat(found(
                        first,
                        new RunScript()
                                .asked("one/backup/1")
                                .succeeded("one/backup/1")
                                .asked("one/upgrade/1")))
                .contains("has no verdict");
        assertThat(found(
                        first,
                        new RunScript()
                                .asked("one/backup/1")
                                .asked("one/upgrade/1")
                                .succeeded("one/backup/1")
                                .judged("one/backup/1", Outcome.PASSED)))
                .contains("before one/c01/backup/1 had its outcome");
        assertThat(found(
                        first,
                        new RunScript()
                                .asked("one/backup/1")
                                .succeeded("one/backup/1")
                                .asked("one/upgrade/1")
                                .judged("one/backup/1", Outcome.PASSED)))
                .contains("had its verdict");
        assertThat(found(
                        first,
                        new RunScript()
                                .asked("one/backup/1")
                                .succeeded("one/backup/1")
                                .judged("one/backup/1", Outcome.FAILED)
                                .asked("one/upgrade/1")))
                .contains("is failed");
        assertThat(found(
                        first,
                        new RunScript()
                                .asked("one/backup/1")
                                .failed("one/backup/1", FailureReason.BUG)
                                .asked("one/upgrade/1")))
                .contains("did not succeed");
    }

    @Test
    void the_first_outcome_of_a_step_that_was_delivered_twice_is_the_one_that_counts() {
        RunScript run = new RunScript()
                .asked("one/inspect/1")
                .failed("one/inspect/1", FailureReason.UNEXPECTED_STATE)
                .asked("one/inspect/2")
                .succeeded("one/inspect/1");
        assertThat(found(Invariant.VERDICT_FIRST, run)).isEmpty();
    }

    @Test
    void after_a_failed_gate_a_restore_or_a_new_inspection_is_right() {
        RunScript run = new RunScript()
                .asked("one/upgrade/1")
                .succeeded("one/upgrade/1")
                .judged("one/upgrade/1", Outcome.FAILED)
                .passed("one/inspect/2");
        assertThat(found(Invariant.VERDICT_FIRST, run)).isEmpty();
    }

    @Test
    void an_executor_that_writes_after_another_has_the_lease_is_found_and_one_write_that_was_on_its_way_is_not() {
        RunScript run = new RunScript()
                .leased("local/a")
                .writes("local/a", "daemonsets.apps", "kube-system/calico-node")
                .leased("local-2/b as c01")
                .writes("local/a", "deployments.apps", "kube-system/calico-kube-controllers")
                .writes("local-2/b", "configmaps", "kube-system/calico-config");
        assertThat(found(Invariant.ONE_EXECUTOR, run)).isEmpty();
        assertThat(found(Invariant.ONE_EXECUTOR, run.writes("local/a", "daemonsets.apps", "kube-system/calico-node")))
                .contains("is written to by local/a while local-2/b has its lease");
    }

    @Test
    void an_executor_that_writes_without_a_lease_or_after_it_gave_it_up_is_found() {
        assertThat(found(Invariant.ONE_EXECUTOR, new RunScript().writes("local/a", "daemonsets.apps", "a/b")))
                .contains("while nobody has its lease");
        assertThat(found(
                        Invariant.ONE_EXECUTOR,
                        new RunScript().leased("local/a").leased("").writes("local/a", "daemonsets.apps", "a/b")))
                .contains("while nobody has its lease");
    }

    @Test
    void a_step_that_is_set_aside_since_its_executor_ended_three_times_is_held_rightly_and_goes_on_when_tried_again() {
        RunScript run = new RunScript()
                .campaign("one", CampaignPhase.RUNNING, 0)
                .asked("one/upgrade/1")
                .held("one/upgrade/1", HoldReason.EXECUTOR_ENDED)
                .status("one", "c01", ClusterPhase.HELD, HoldReason.EXECUTOR_ENDED, null);
        for (Invariant invariant : Invariant.values()) {
            assertThat(found(invariant, run)).as(invariant.text()).isEmpty();
        }
        run.passed("one/upgrade/2")
                .status("one", "c01", ClusterPhase.SUCCEEDED)
                .campaign("one", CampaignPhase.SUCCEEDED, 0);
        for (Invariant invariant : Invariant.values()) {
            assertThat(found(invariant, run)).as(invariant.text()).isEmpty();
        }
    }

    @Test
    void more_clusters_in_flight_than_allowed_are_found_and_a_place_given_up_at_the_same_moment_is_not() {
        RunScript run = new RunScript()
                .campaign("one", CampaignPhase.RUNNING, 0)
                .status("one", "c01", ClusterPhase.RUNNING)
                .status("one", "c02", ClusterPhase.HELD)
                .status("one", "c03", ClusterPhase.RUNNING)
                .status("one", "c03", ClusterPhase.SUCCEEDED)
                .earlier(Duration.ofSeconds(1))
                .status("one", "c04", ClusterPhase.RUNNING);
        assertThat(found(Invariant.CONCURRENCY, run)).isEmpty();
        assertThat(found(Invariant.CONCURRENCY, run.status("one", "c05", ClusterPhase.RUNNING)))
                .contains("4 clusters are in flight, 3 may be");
    }

    @Test
    void a_cluster_that_is_begun_after_the_budget_is_spent_is_found() {
        RunScript run = new RunScript()
                .campaign("one", CampaignPhase.RUNNING, 1)
                .asked("c01", "one/inspect/1")
                .campaign("one", CampaignPhase.HELD, 2)
                .asked("c01", "one/inspect/2");
        assertThat(found(Invariant.BUDGET, run)).isEmpty();
        assertThat(found(Invariant.BUDGET, run.asked("c02", "one/inspect/1")))
                .contains("c02 is begun though the failure budget is spent");
    }

    @Test
    void a_cluster_that_is_begun_while_its_campaign_rests_is_found_and_one_that_was_under_way_may_go_on() {
        for (CampaignPhase rest : List.of(CampaignPhase.PAUSED, CampaignPhase.STOPPED, CampaignPhase.SCHEDULED)) {
            RunScript run = new RunScript()
                    .campaign("one", CampaignPhase.RUNNING, 0)
                    .asked("c01", "one/inspect/1")
                    .campaign("one", rest, 0)
                    .asked("c01", "one/backup/1")
                    .campaign("one", CampaignPhase.RUNNING, 0)
                    .asked("c02", "one/inspect/1");
            assertThat(found(Invariant.NOTHING_NEW, run)).isEmpty();
            run.campaign("one", rest, 0).asked("c03", "one/inspect/1");
            assertThat(found(Invariant.NOTHING_NEW, run))
                    .contains("c03 is begun though the campaign is " + rest.encode());
        }
    }

    @Test
    void a_cluster_that_is_begun_in_a_freeze_is_found_also_where_the_campaign_says_that_it_runs() {
        for (boolean over : List.of(true, false)) {
            FreezeSpec freeze = new FreezeSpec(
                    Instant.parse("2020-01-01T00:00:00Z"),
                    Instant.parse(over ? "2021-01-01T00:00:00Z" : "2120-01-01T00:00:00Z"),
                    "years");
            ScheduleSpec schedule = new ScheduleSpec(null, List.of(), List.of(freeze), Duration.ofHours(1));
            RunScript run = new RunScript()
                    .campaign("one", Procedure.UPGRADE, CampaignPhase.RUNNING, 0, schedule, null)
                    .asked("c01", "one/inspect/1");
            assertThat(found(Invariant.NOTHING_NEW, run)).isEqualTo(over ? "" : "c01 is begun in a freeze\n");
        }
    }

    @Test
    void a_cluster_out_of_reach_that_failed_is_found_where_its_campaign_waits() {
        for (Unreachable unreachable : Unreachable.values()) {
            RunScript run = new RunScript()
                    .campaign("one", Procedure.UPGRADE, CampaignPhase.RUNNING, 0, null, unreachable)
                    .status("one", "c01", ClusterPhase.PENDING, HoldReason.UNREACHABLE, null)
                    .status("one", "c02", ClusterPhase.FAILED, HoldReason.UNREACHABLE, null);
            assertThat(found(Invariant.UNREACHABLE_WAITS, run))
                    .isEqualTo(unreachable == Unreachable.WAIT ? "failed in one\n" : "");
        }
    }

    @Test
    void a_campaign_that_is_not_what_its_decisions_lead_to_is_found() {
        RunScript run = new RunScript().campaign("one", CampaignPhase.RUNNING, 0);
        assertThat(found(Invariant.REPLAYED, run)).isEmpty();
        assertThat(found(Invariant.REPLAYED, run.replayedOtherwise("one")))
                .contains("is not what its decisions lead to");
    }

    @Test
    void a_campaign_that_goes_on_for_ever_is_found_and_one_that_a_person_keeps_is_not() {
        Invariant ends = Invariant.EVERYTHING_ENDS;
        RunScript running =
                new RunScript().campaign("one", CampaignPhase.RUNNING, 0).status("one", "c01", ClusterPhase.RUNNING);
        assertThat(found(ends, running)).contains("is running and does not end");
        RunScript waiting =
                new RunScript().campaign("one", CampaignPhase.RUNNING, 0).status("one", "c01", ClusterPhase.PENDING);
        assertThat(found(ends, waiting)).contains("is running and does not end");
        RunScript silent =
                new RunScript().campaign("one", CampaignPhase.RUNNING, 0).status("one", "c01", ClusterPhase.HELD);
        assertThat(found(ends, silent)).contains("is running and does not end");
        RunScript held = new RunScript()
                .campaign("one", CampaignPhase.RUNNING, 0)
                .status("one", "c01", ClusterPhase.HELD, HoldReason.PREFLIGHT_OBJECTIONS, null)
                .campaign("two", CampaignPhase.RUNNING, 0)
                .status("two", "c01", ClusterPhase.PENDING, null, "one")
                .campaign("three", CampaignPhase.HELD, 2)
                .campaign("four", CampaignPhase.ABORTED, 0);
        assertThat(found(ends, held)).isEmpty();
    }

    @Test
    void what_a_person_set_and_is_gone_and_what_of_us_is_left_are_found() {
        assertThat(found(Invariant.CHANGES_STAY, new RunScript().set("the MTU", "1410", "1440")))
                .contains("the MTU is not as a person set it");
        assertThat(found(Invariant.NOTHING_LEFT, new RunScript().left("the lease")))
                .contains("the lease");
        assertThat(found(Invariant.ACCEPTED_STAYS, new RunScript().lost("one"))).contains("was accepted and is lost");
        assertThat(found(Invariant.EVERYTHING_READ, new RunScript().unreadable("dead letter 1")))
                .contains("a record cannot be read");
        assertThat(found(Invariant.EVERYTHING_READ, new RunScript().failed("one/upgrade/1", FailureReason.BUG)))
                .contains("by a fault of ours");
    }

    private static String found(Invariant invariant, RunScript run) {
        StringBuilder text = new StringBuilder();
        invariant
                .check(run.history())
                .forEach(finding -> text.append(finding.what()).append('\n'));
        return text.toString();
    }
}
