package io.calicofleet.planner.core.why;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.DatastoreLock;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.Explanation;
import io.calicofleet.event.Explanation.NextCommand;
import io.calicofleet.event.Explanation.Reason;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.PolicyCheck;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRecord;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.event.WaveStatus;
import io.calicofleet.planner.core.Fleet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ExplanationsTest {

    private static final String BECAUSE = " --reason \"...\"";

    private static final Instant START = Instant.parse("2026-11-28T08:00:00Z");
    private static final CampaignName NAME = CampaignName.of("calico-3-22");

    @ParameterizedTest
    @EnumSource(HoldReason.class)
    void whatever_holds_a_cluster_is_told_with_what_ends_it_and_what_to_type(HoldReason why) {
        Reason reason = held(cluster(ClusterPhase.HELD, why, List.of(), null, List.of()));

        assertThat(reason.rule()).isEqualTo(why.encode());
        assertThat(reason.sentence()).isEqualTo("what there is to say");
        assertThat(reason.since()).isEqualTo(START.plusSeconds(60));
        assertThat(reason.events()).containsExactly("calico-3-22/eu/upgrade/1/requested");
        assertThat(reason.ends()).isNotBlank();
        assertThat(reason.endedBy()).isNotEqualTo(EndedBy.ITSELF);
        assertThat(reason.commands().stream().anyMatch(next -> next.command().startsWith("approve")))
                .isEqualTo(why.approvable());
    }

    @Test
    void an_approval_of_traffic_names_the_review_and_applies_the_suggested_policy_where_the_guard_does_not_refuse_it() {
        assertThat(commands(cluster(ClusterPhase.HELD, HoldReason.TRAFFIC_REVIEW, List.of(), review(null), List.of())))
                .containsExactly(
                        "review calico-3-22 --cluster eu",
                        "approve calico-3-22 --cluster eu --reason \"...\" --digest " + Explanation.DIGEST
                                + " --apply-suggested-policy");
        PolicyCheck refuses = new PolicyCheck(List.of("it closes port 22"), List.of());
        assertThat(commands(
                        cluster(ClusterPhase.HELD, HoldReason.TRAFFIC_REVIEW, List.of(), review(refuses), List.of())))
                .last()
                .asString()
                .endsWith(" --policy EDITED.yaml");
    }

    @Test
    void the_suggested_policy_is_not_offered_where_automatic_host_endpoints_come_next() {
        assertThat(commands(cluster(
                        ClusterPhase.HELD,
                        HoldReason.TRAFFIC_REVIEW,
                        List.of(),
                        review(null),
                        List.of("migrate-to-auto-host-endpoints"))))
                .noneMatch(command -> command.contains("policy"));
    }

    @Test
    void conflicts_are_kept_where_they_can_be_and_each_may_be_answered_by_itself() {
        FieldConflict mtu = new FieldConflict("ConfigMap kube-system/calico-config", "data.mtu", "0", "9000", "1");
        FieldConflict gone = new FieldConflict(
                "ServiceAccount kube-system/calico-node",
                "(whole object)",
                "there",
                "",
                "there",
                "Pods cannot start without.",
                List.of(OnConflict.TAKE_NEW));
        ClusterStatus held =
                cluster(ClusterPhase.HELD, HoldReason.CUSTOMISATION_CONFLICTS, List.of(mtu, gone), null, List.of());

        assertThat(commands(held))
                .containsExactly(
                        "review calico-3-22 --cluster eu",
                        "approve calico-3-22 --cluster eu --reason \"...\" --conflicts keep-mine --answer "
                                + gone.question() + "=take-new",
                        "approve calico-3-22 --cluster eu --reason \"...\" --answer " + mtu.question()
                                + "=... --answer " + gone.question() + "=...");
        assertThat(held(held).evidence())
                .contains(
                        "ConfigMap kube-system/calico-config data.mtu",
                        "ServiceAccount kube-system/calico-node (whole object)");
        assertThat(commands(cluster(ClusterPhase.HELD, HoldReason.BASE_UNKNOWN, List.of(gone), null, List.of())))
                .last()
                .asString()
                .endsWith(" --conflicts take-new");
    }

    @Test
    void going_back_is_offered_where_an_upgrade_failed_and_nothing_was_put_back() {
        assertThat(commands(cluster(ClusterPhase.FAILED, HoldReason.GATE_FAILED, List.of(), null, List.of())))
                .contains("restore --cluster eu --reason \"...\"");
        assertThat(commands(cluster(ClusterPhase.FAILED, HoldReason.ROLLED_BACK, List.of(), null, List.of())))
                .containsExactly("retry calico-3-22 --cluster eu" + BECAUSE, "skip calico-3-22 --cluster eu" + BECAUSE);
    }

    @Test
    void one_whose_datastore_is_locked_is_retried_or_restored_and_not_left_out() {
        StepId move = new StepId(NAME, ClusterId.of("eu"), StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, 1);
        ClusterStatus failed = status(
                "eu",
                ClusterPhase.FAILED,
                HoldReason.STEP_FAILED,
                List.of(),
                null,
                List.of(),
                move,
                "It did not roll out. " + DatastoreLock.SAID + " since then.");

        assertThat(commands(failed))
                .containsExactly("retry calico-3-22 --cluster eu" + BECAUSE, "restore --cluster eu --reason \"...\"");
        assertThat(held(failed).ends()).contains("a restore takes all of it back", "new pods wait");
    }

    @Test
    void what_keeps_a_campaign_is_said_once_with_how_many_clusters_wait_for_it() {
        CampaignStatus paused = campaign(CampaignPhase.PAUSED, 3, Map.of("pending", 3), "Paused by ada: lunch");
        List<ClusterStatus> clusters = List.of(pending("a"), pending("b"), pending("c"));

        assertThat(Explanations.of(paused, clusters, START).reasons())
                .singleElement()
                .satisfies(reason -> {
                    assertThat(reason.rule()).isEqualTo("paused");
                    assertThat(reason.sentence()).isEqualTo("Paused by ada: lunch");
                    assertThat(reason.clusters()).isEmpty();
                    assertThat(reason.count()).isEqualTo(3);
                });
        assertThat(Explanations.of(paused, clusters.getFirst(), START).reasons())
                .singleElement()
                .satisfies(reason -> assertThat(reason.clusters()).containsExactly(ClusterId.of("a")));
    }

    @Test
    void a_step_whose_executor_is_silent_waits_for_whoever_runs_it() {
        ClusterStatus running = cluster(ClusterPhase.RUNNING, null, List.of(), null, List.of());
        CampaignStatus campaign = campaign(CampaignPhase.RUNNING, 0, Map.of("running", 1), "");
        Heartbeat heard = new Heartbeat("executor-0", 1, START);

        for (Explanation explanation : List.of(
                Explanations.of(campaign, running, START.plusSeconds(250), id -> Optional.of(heard)),
                Explanations.of(campaign, List.of(running), START.plusSeconds(250), id -> Optional.of(heard)))) {
            assertThat(explanation.reasons()).singleElement().satisfies(reason -> {
                assertThat(reason.rule()).isEqualTo("silence");
                assertThat(reason.endedBy()).isEqualTo(EndedBy.OPERATOR);
                assertThat(reason.since()).isEqualTo(START);
                assertThat(reason.sentence())
                        .startsWith("Executor executor-0, which serves it, was last heard 4 minutes ago");
            });
        }
        assertThat(Explanations.of(campaign, running, START.plusSeconds(60), id -> Optional.of(heard))
                        .reasons())
                .singleElement()
                .satisfies(reason -> assertThat(reason.rule()).isEqualTo("step"));
    }

    @Test
    void a_campaign_that_was_refused_is_to_be_corrected() {
        CampaignStatus refused = campaign(CampaignPhase.FAILED, 0, Map.of(), "Refused: no cluster is called so.");

        Explanation explanation = Explanations.of(refused, List.of(), START);

        assertThat(explanation.reasons()).singleElement().satisfies(reason -> {
            assertThat(reason.rule()).isEqualTo("refused");
            assertThat(reason.sentence()).isEqualTo("Refused: no cluster is called so.");
            assertThat(reason.commands()).extracting(NextCommand::command).contains("apply -f FILE");
        });
    }

    @Test
    void clusters_that_wait_alike_are_told_together_and_a_few_of_them_by_name() {
        CampaignStatus campaign = campaign(CampaignPhase.RUNNING, 5000, Map.of("running", 2, "pending", 4998), "");
        List<ClusterStatus> clusters = IntStream.range(0, 5000)
                .mapToObj(i -> i < 2 ? running("c%04d".formatted(i)) : pending("c%04d".formatted(i)))
                .toList();

        Explanation explanation = Explanations.of(campaign, clusters, START);

        assertThat(explanation.places()).isEqualTo(new Explanation.Used(2, 2));
        assertThat(explanation.reasons()).extracting(Reason::rule).containsExactly("step", "places");
        assertThat(explanation.reasons().getLast()).satisfies(reason -> {
            assertThat(reason.count()).isEqualTo(4998);
            assertThat(reason.clusters()).hasSize(Reason.NAMED).startsWith(ClusterId.of("c0002"));
            assertThat(reason.sentence()).isEqualTo("All 2 places are taken: 2 running, 0 held.");
        });
    }

    @Test
    void more_that_failed_than_anybody_reads_are_counted() {
        CampaignStatus campaign = campaign(CampaignPhase.FAILED, 130, Map.of("failed", 130), "All failed.");
        List<ClusterStatus> clusters = IntStream.range(0, 130)
                .mapToObj(i -> cluster(
                        "c%03d".formatted(i), ClusterPhase.FAILED, HoldReason.GATE_FAILED, List.of(), null, List.of()))
                .toList();

        List<Reason> reasons = Explanations.of(campaign, clusters, START).reasons();

        assertThat(reasons).hasSize(102); // the campaign's own, a hundred, and the rest
        assertThat(reasons.stream().mapToInt(Reason::count).sum()).isEqualTo(130);
        assertThat(reasons.getLast().sentence()).isEqualTo("30 more are held or failed.");
    }

    private static Reason held(ClusterStatus cluster) {
        CampaignStatus campaign =
                campaign(CampaignPhase.HELD, 1, Map.of(cluster.phase().encode(), 1), "");
        return Explanations.of(campaign, cluster, START).reasons().getFirst();
    }

    private static List<String> commands(ClusterStatus cluster) {
        return held(cluster).commands().stream().map(NextCommand::command).toList();
    }

    private static TrafficReview review(@Nullable PolicyCheck guard) {
        return new TrafficReview(
                List.of(), List.of(), "kind: GlobalNetworkPolicy", List.of(), List.of(), guard, "0badcafe", 0);
    }

    private static CampaignStatus campaign(
            CampaignPhase phase, int clusters, Map<String, Integer> phases, String reason) {
        var spec = Fleet.campaign("maxConcurrent", 2);
        return new CampaignStatus(
                NAME,
                spec,
                phase,
                reason,
                spec.waves().stream()
                        .map(wave -> new WaveStatus(
                                wave.name(), clusters, phases, null, null, START, null, "", null, List.of()))
                        .toList(),
                clusters,
                phases,
                phases.getOrDefault("failed", 0),
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                START,
                START,
                START,
                "where it is");
    }

    private static ClusterStatus cluster(
            ClusterPhase phase,
            HoldReason why,
            List<FieldConflict> conflicts,
            @Nullable TrafficReview review,
            List<String> remaining) {
        return cluster("eu", phase, why, conflicts, review, remaining);
    }

    private static ClusterStatus running(String id) {
        return cluster(id, ClusterPhase.RUNNING, null, List.of(), null, List.of());
    }

    private static ClusterStatus pending(String id) {
        return status(id, ClusterPhase.PENDING, null, List.of(), null, List.of(), null);
    }

    private static ClusterStatus cluster(
            String id,
            ClusterPhase phase,
            @Nullable HoldReason why,
            List<FieldConflict> conflicts,
            @Nullable TrafficReview review,
            List<String> remaining) {
        StepId step = new StepId(NAME, ClusterId.of(id), StepKind.UPGRADE, 1);
        return status(id, phase, why, conflicts, review, remaining, step);
    }

    private static ClusterStatus status(
            String id,
            ClusterPhase phase,
            @Nullable HoldReason why,
            List<FieldConflict> conflicts,
            @Nullable TrafficReview review,
            List<String> remaining,
            @Nullable StepId step) {
        return status(id, phase, why, conflicts, review, remaining, step, "");
    }

    private static ClusterStatus status(
            String id,
            ClusterPhase phase,
            @Nullable HoldReason why,
            List<FieldConflict> conflicts,
            @Nullable TrafficReview review,
            List<String> remaining,
            @Nullable StepId step,
            String said) {
        return new ClusterStatus(
                NAME,
                ClusterId.of(id),
                Fleet.campaign().waves().getFirst().name(),
                Map.of(),
                phase,
                why,
                List.of(),
                step,
                0,
                0,
                "",
                step == null ? List.of() : List.of(new StepRecord(step, "held", START, START.plusSeconds(60), said)),
                remaining,
                List.of(),
                conflicts,
                review,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                START.plusSeconds(120),
                id + " is held: what there is to say");
    }
}
