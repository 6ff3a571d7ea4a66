package io.calicofleet.planner.adapter.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.WaveName;
import io.calicofleet.planner.Drill;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StateRulesTest {

    @Test
    void nothing_can_be_done_to_a_campaign_that_has_ended() {
        assertThat(possible(CampaignPhase.SUCCEEDED, Map.of("failed", 1))).isEmpty();
        assertThat(possible(CampaignPhase.ABORTED, Map.of("held", 1))).isEmpty();
    }

    @Test
    void a_running_campaign_can_be_paused_and_aborted() {
        assertThat(possible(CampaignPhase.RUNNING, Map.of("running", 2))).containsOnly(Action.PAUSE, Action.ABORT);
    }

    @Test
    void a_paused_one_can_be_resumed_and_aborted() {
        assertThat(possible(CampaignPhase.PAUSED, Map.of())).containsOnly(Action.RESUME, Action.ABORT);
    }

    @Test
    void held_clusters_can_be_retried_and_approved_where_a_person_has_only_to_agree() {
        for (HoldReason reason : HoldReason.values()) {
            var held = cluster(reason);
            assertThat(StateRules.objection(
                                    Action.APPROVE, status(CampaignPhase.HELD, Map.of("held", 1)), null, List.of(held))
                            .isEmpty())
                    .as(reason.toString())
                    .isEqualTo(reason.approvable());
            assertThat(StateRules.objection(
                                    Action.APPROVE, status(CampaignPhase.HELD, Map.of("held", 1)), held, List.of(held))
                            .isEmpty())
                    .isEqualTo(reason.approvable());
        }
        assertThat(StateRules.objection(
                        Action.APPROVE,
                        status(CampaignPhase.HELD, Map.of("held", 1)),
                        null,
                        List.of(cluster(HoldReason.PREFLIGHT_OBJECTIONS))))
                .hasValueSatisfying(said -> assertThat(said).contains("nothing to approve", "What holds c1"));
    }

    @Test
    void failures_that_keep_others_from_starting_can_be_approved() {
        assertThat(possible(CampaignPhase.HELD, Map.of("failed", 1, "pending", 1), 1))
                .contains(Action.APPROVE);
        assertThat(possible(CampaignPhase.FAILED, Map.of("failed", 1), 1)).doesNotContain(Action.APPROVE);
    }

    @Test
    void held_and_failed_clusters_can_be_retried() {
        assertThat(possible(CampaignPhase.RUNNING, Map.of("held", 1))).contains(Action.RETRY);
        assertThat(possible(CampaignPhase.FAILED, Map.of("failed", 1))).contains(Action.RETRY);
    }

    @Test
    void a_wave_that_waits_can_be_approved() {
        assertThat(possible(CampaignPhase.AWAITING_APPROVAL, Map.of("pending", 1)))
                .contains(Action.APPROVE);
    }

    @Test
    void an_objection_says_what_it_is_about() {
        assertThat(StateRules.objection(Action.RESUME, status(CampaignPhase.RUNNING, Map.of()), null, List.of()))
                .contains("Campaign d is running: there is nothing to resume.");
    }

    private static ClusterStatus cluster(HoldReason reason) {
        return new ClusterStatus(
                CampaignName.of("d"),
                ClusterId.of("c1"),
                WaveName.of("all"),
                ClusterPhase.HELD,
                reason,
                List.of(),
                null,
                0,
                0,
                "",
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                List.of(),
                Instant.EPOCH,
                "");
    }

    private static Set<Action> possible(CampaignPhase phase, Map<String, Integer> phases) {
        return possible(phase, phases, 0);
    }

    private static Set<Action> possible(CampaignPhase phase, Map<String, Integer> phases, int failures) {
        return Arrays.stream(Action.values())
                .filter(action -> StateRules.objection(action, status(phase, phases, failures), null, List.of())
                        .isEmpty())
                .collect(Collectors.toSet());
    }

    private static CampaignStatus status(CampaignPhase phase, Map<String, Integer> phases) {
        return status(phase, phases, 0);
    }

    private static CampaignStatus status(CampaignPhase phase, Map<String, Integer> phases, int failures) {
        return new CampaignStatus(
                CampaignName.of("d"),
                Drill.spec(Drill.document("d", 1, List.of("a"))),
                phase,
                "",
                List.of(),
                1,
                phases,
                failures,
                Instant.EPOCH,
                Instant.EPOCH,
                "");
    }
}
