package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignAborted;
import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignResumed;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterRetried;
import io.calicofleet.event.ClusterSkipped;
import io.calicofleet.event.ClusterTakenOver;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.planner.core.CommandClauses.Seen;
import io.calicofleet.planner.core.CommandClauses.SeenCluster;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CommandClausesTest {

    private static final CampaignName NAME = CampaignName.of("d");
    private static final ClusterId C1 = ClusterId.of("c1");
    private static final TrafficReview REVIEW = new TrafficReview(List.of(), List.of(), "", List.of())
            .withAdded(List.of("ingress tcp 8443 from 192.0.2.0/24"))
            .complete(null);
    private static final CampaignCommand PAUSE = new CampaignPaused(NAME, "", "");
    private static final CampaignCommand RESUME = new CampaignResumed(NAME, "", "");
    private static final CampaignCommand ABORT = new CampaignAborted(NAME, "", "");
    private static final CampaignCommand APPROVE = new CampaignApproved(NAME, null, "", null, false, "");
    private static final CampaignCommand RETRY = new ClusterRetried(NAME, null, "", "");
    private static final List<CampaignCommand> OF_ALL = List.of(PAUSE, RESUME, ABORT, APPROVE, RETRY);

    @Test
    void nothing_can_be_done_to_a_campaign_that_has_ended() {
        assertThat(possible(in(CampaignPhase.SUCCEEDED, cluster(ClusterPhase.FAILED, null))))
                .isEmpty();
        assertThat(possible(in(CampaignPhase.ABORTED, cluster(ClusterPhase.HELD, HoldReason.TRAFFIC_REVIEW))))
                .isEmpty();
    }

    @Test
    void one_that_is_being_aborted_can_only_be_aborted_without_waiting() {
        assertThat(possible(in(CampaignPhase.ABORTING, cluster(ClusterPhase.RUNNING, null))))
                .containsOnly(ABORT);
    }

    @Test
    void a_running_one_can_be_paused_and_aborted_and_a_paused_one_resumed() {
        assertThat(possible(in(CampaignPhase.RUNNING, cluster(ClusterPhase.RUNNING, null))))
                .containsOnly(PAUSE, ABORT);
        assertThat(possible(in(CampaignPhase.PAUSED))).containsOnly(RESUME, ABORT);
        assertThat(possible(in(CampaignPhase.FAILED, cluster(ClusterPhase.FAILED, HoldReason.STEP_FAILED))))
                .containsOnly(ABORT, RETRY);
    }

    @Test
    void held_clusters_can_be_approved_where_a_person_has_only_to_agree() {
        for (HoldReason reason : HoldReason.values()) {
            Seen held = in(CampaignPhase.HELD, cluster(ClusterPhase.HELD, reason));
            for (ClusterId cluster : Arrays.asList(C1, null)) {
                assertThat(CommandClauses.objection(approval(cluster, REVIEW.digest()), held)
                                .isEmpty())
                        .as(reason.toString())
                        // Of the whole campaign it is about the reviews that show this digest.
                        .isEqualTo(reason.approvable() && (cluster != null || reason == HoldReason.TRAFFIC_REVIEW));
            }
        }
        Seen refused = in(CampaignPhase.HELD, cluster(ClusterPhase.HELD, HoldReason.PREFLIGHT_OBJECTIONS));
        assertThat(CommandClauses.objection(APPROVE, refused))
                .hasValueSatisfying(said -> assertThat(said).contains("waits for an approval", "What holds c1"));
    }

    @Test
    void a_review_of_traffic_is_approved_by_the_digest_it_shows_and_no_other() {
        Seen held = in(CampaignPhase.HELD, cluster(ClusterPhase.HELD, HoldReason.TRAFFIC_REVIEW));

        assertThat(CommandClauses.objection(approval(C1, REVIEW.digest()), held))
                .isEmpty();
        assertThat(CommandClauses.objection(approval(C1, "0123456789abcdef"), held))
                .hasValueSatisfying(
                        said -> assertThat(said).contains("not the one that was looked at", "ingress tcp 8443"));
        assertThat(CommandClauses.objection(approval(C1, null), held))
                .hasValueSatisfying(said -> assertThat(said).contains("names the review it is about"));
        assertThat(CommandClauses.objection(approval(null, null), held))
                .hasValueSatisfying(said -> assertThat(said).contains("c1 goes on waiting"));
    }

    @Test
    void an_approval_of_all_lets_go_on_what_waits_for_no_digest() {
        SeenCluster conflicts = asked("c2");
        SeenCluster reviewed = cluster(ClusterPhase.HELD, HoldReason.TRAFFIC_REVIEW);

        Seen seen = in(CampaignPhase.HELD, reviewed, conflicts);
        assertThat(CommandClauses.objection(APPROVE, seen)).isEmpty();
        assertThat(CommandClauses.leaves((CampaignApproved) APPROVE, "bob", seen))
                .containsExactly("What is shown of c1 goes on waiting: each is approved by the digest it shows.");
    }

    @Test
    void an_approval_whose_answers_a_question_does_not_take_is_refused_with_the_question() {
        FieldConflict lost = new FieldConflict(
                "DaemonSet kube-system/calico-node",
                "spec.x",
                "",
                "",
                "",
                "It is gone.",
                List.of(OnConflict.TAKE_NEW),
                null);
        Seen one = in(CampaignPhase.HELD, asked("c1", lost));
        for (ClusterId cluster : Arrays.asList(C1, null)) {
            assertThat(CommandClauses.objection(answered(cluster, OnConflict.KEEP_MINE), one))
                    .hasValueSatisfying(said -> assertThat(said)
                            .contains("Cluster c1: keep-mine is no answer to", "takes take-new only. It is gone."));
            assertThat(CommandClauses.objection(answered(cluster, OnConflict.TAKE_NEW), one))
                    .isEmpty();
        }
        Seen two = in(CampaignPhase.HELD, asked("c1", lost), asked("c2"));
        CampaignApproved mine = answered(null, OnConflict.KEEP_MINE);
        assertThat(CommandClauses.objection(mine, two)).isEmpty();
        assertThat(CommandClauses.leaves(mine, "bob", two))
                .singleElement()
                .satisfies(said -> assertThat(said).startsWith("Cluster c1: keep-mine is no answer to"));
    }

    @Test
    void a_policy_that_nobody_suggested_cannot_be_approved() {
        Seen held = in(CampaignPhase.HELD, cluster(ClusterPhase.HELD, HoldReason.TRAFFIC_REVIEW));
        CampaignCommand applied = new CampaignApproved(NAME, C1, "", null, true, REVIEW.digest(), null, List.of(), "");

        assertThat(CommandClauses.objection(applied, held))
                .hasValueSatisfying(said -> assertThat(said).startsWith("No policy is suggested for cluster c1"));
    }

    @Test
    void one_whose_datastore_is_locked_is_not_left_out() {
        SeenCluster locked = new SeenCluster(
                C1, ClusterPhase.FAILED, HoldReason.STEP_FAILED, false, null, null, List.of(), false, false, true);
        Seen seen = in(CampaignPhase.FAILED, locked);

        assertThat(CommandClauses.objection(new ClusterSkipped(NAME, C1, "", ""), seen))
                .hasValueSatisfying(said -> assertThat(said)
                        .startsWith("The datastore of cluster c1 is locked")
                        .contains("Retry it", "restore"));
        assertThat(CommandClauses.objection(new ClusterRetried(NAME, C1, "", ""), seen))
                .isEmpty();
    }

    @Test
    void one_in_a_step_is_left_out_only_while_it_watches_or_nobody_answers() {
        CampaignCommand skip = new ClusterSkipped(NAME, C1, "", "");

        assertThat(CommandClauses.objection(skip, in(CampaignPhase.RUNNING, cluster(ClusterPhase.RUNNING, null))))
                .hasValueSatisfying(said -> assertThat(said).startsWith("A step is in flight on cluster c1"));
        assertThat(CommandClauses.objection(
                        skip,
                        in(
                                CampaignPhase.RUNNING,
                                new SeenCluster(
                                        C1,
                                        ClusterPhase.RUNNING,
                                        null,
                                        false,
                                        null,
                                        null,
                                        List.of(),
                                        false,
                                        true,
                                        false))))
                .isEmpty();
    }

    @Test
    void a_wave_that_waits_and_failures_that_keep_others_from_starting_can_be_approved() {
        assertThat(possible(new Known(CampaignPhase.AWAITING_APPROVAL, false, true, false, List.of())))
                .contains(APPROVE);
        assertThat(possible(new Known(CampaignPhase.HELD, false, false, true, List.of())))
                .contains(APPROVE);
    }

    @Test
    void an_approval_by_a_digest_that_nothing_shows_lets_no_wave_start_and_forgives_nothing() {
        for (Seen seen : List.of(
                new Known(CampaignPhase.AWAITING_APPROVAL, false, true, false, List.of()),
                new Known(CampaignPhase.HELD, false, false, true, List.of()),
                in(CampaignPhase.HELD, cluster(ClusterPhase.HELD, HoldReason.CUSTOMISATION_CONFLICTS)))) {
            assertThat(CommandClauses.objection(approval(null, "0123456789abcdef"), seen))
                    .hasValue("Nothing that waits has the digest 0123456789abcdef: no revision is proposed.");
        }
    }

    @Test
    void what_is_asked_of_one_cluster_depends_on_where_that_is() {
        for (ClusterPhase phase : ClusterPhase.values()) {
            Seen seen = in(CampaignPhase.RUNNING, cluster(phase, null));
            assertThat(CommandClauses.objection(new ClusterRetried(NAME, C1, "", ""), seen)
                            .isEmpty())
                    .as("retry one that is " + phase)
                    .isEqualTo(phase == ClusterPhase.HELD || phase == ClusterPhase.FAILED);
            assertThat(CommandClauses.objection(new ClusterSkipped(NAME, C1, "", ""), seen)
                            .isEmpty())
                    .as("skip one that is " + phase)
                    .isEqualTo(!phase.terminal() && phase != ClusterPhase.RUNNING);
            assertThat(CommandClauses.objection(new ClusterTakenOver(NAME, C1, "", ""), seen))
                    .hasValueSatisfying(said -> assertThat(said).contains("c1 is " + phase));
        }
        Seen waits = in(
                CampaignPhase.RUNNING,
                new SeenCluster(C1, ClusterPhase.PENDING, null, true, null, null, List.of(), false, false, false));
        assertThat(CommandClauses.objection(new ClusterTakenOver(NAME, C1, "", ""), waits))
                .isEmpty();
    }

    private static List<CampaignCommand> possible(Seen seen) {
        return OF_ALL.stream()
                .filter(command -> CommandClauses.objection(command, seen).isEmpty())
                .toList();
    }

    private static CampaignCommand approval(@Nullable ClusterId cluster, @Nullable String digest) {
        return new CampaignApproved(NAME, cluster, "", null, false, digest, null, List.of(), "");
    }

    private static SeenCluster cluster(ClusterPhase phase, @Nullable HoldReason reason) {
        return new SeenCluster(
                C1,
                phase,
                reason,
                false,
                reason == HoldReason.TRAFFIC_REVIEW ? REVIEW : null,
                null,
                List.of(),
                false,
                false,
                false);
    }

    /** One that is held for these conflicts. */
    private static SeenCluster asked(String id, FieldConflict... conflicts) {
        return new SeenCluster(
                ClusterId.of(id),
                ClusterPhase.HELD,
                HoldReason.CUSTOMISATION_CONFLICTS,
                false,
                null,
                null,
                List.of(conflicts),
                false,
                false,
                false);
    }

    private static CampaignApproved answered(@Nullable ClusterId cluster, OnConflict side) {
        return new CampaignApproved(NAME, cluster, "", side, false, null, null, List.of(), "");
    }

    private static Seen in(CampaignPhase phase, SeenCluster... clusters) {
        return new Known(phase, false, false, false, Arrays.asList(clusters));
    }

    private record Known(
            CampaignPhase phase, boolean refused, boolean waveWaits, boolean forgivable, List<SeenCluster> clusters)
            implements Seen {

        @Override
        public Optional<String> waveRefusal(String actor, CampaignApproved approval) {
            return Optional.empty();
        }

        @Override
        public Optional<String> revision() {
            return Optional.empty();
        }

        @Override
        public Optional<String> revisionRefusal(String actor, CampaignApproved approval) {
            return Optional.empty();
        }

        @Override
        public Instant pausedUntil() {
            return null;
        }

        @Override
        public int count(ClusterPhase wanted) {
            return (int) clusters.stream()
                    .filter(cluster -> cluster.phase() == wanted)
                    .count();
        }

        @Override
        public List<SeenCluster> held() {
            return clusters.stream()
                    .filter(cluster -> cluster.phase() == ClusterPhase.HELD)
                    .toList();
        }

        @Override
        public Optional<SeenCluster> cluster(ClusterId id) {
            return clusters.stream()
                    .filter(cluster -> cluster.cluster().equals(id))
                    .findFirst();
        }
    }
}
