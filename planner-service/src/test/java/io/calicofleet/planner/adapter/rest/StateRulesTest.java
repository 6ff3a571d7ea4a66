package io.calicofleet.planner.adapter.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
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
    void held_clusters_can_be_approved_and_retried_failed_ones_retried() {
        assertThat(possible(CampaignPhase.RUNNING, Map.of("held", 1))).contains(Action.APPROVE, Action.RETRY);
        assertThat(possible(CampaignPhase.FAILED, Map.of("failed", 1))).contains(Action.RETRY);
    }

    @Test
    void a_wave_that_waits_can_be_approved() {
        assertThat(possible(CampaignPhase.AWAITING_APPROVAL, Map.of("pending", 1)))
                .contains(Action.APPROVE);
    }

    @Test
    void an_objection_says_what_it_is_about() {
        assertThat(StateRules.objection(Action.RESUME, status(CampaignPhase.RUNNING, Map.of()), null))
                .contains("Campaign d is running: there is nothing to resume.");
    }

    private static Set<Action> possible(CampaignPhase phase, Map<String, Integer> phases) {
        return Arrays.stream(Action.values())
                .filter(action -> StateRules.objection(action, status(phase, phases), null)
                        .isEmpty())
                .collect(Collectors.toSet());
    }

    private static CampaignStatus status(CampaignPhase phase, Map<String, Integer> phases) {
        return new CampaignStatus(
                CampaignName.of("d"),
                Drill.spec(Drill.document("d", 1, List.of("a"))),
                phase,
                "",
                List.of(),
                1,
                phases,
                0,
                Instant.EPOCH,
                Instant.EPOCH,
                "");
    }
}
