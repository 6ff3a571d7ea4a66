package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.FailureReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The sentences of {@link PlannerCore}'s Javadoc about waves, places and the failure budget. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WaveRulesTest {

    private static final Map<String, Object> CANARY =
            Map.of("name", "canary", "clusters", Map.of("names", List.of("c02")));
    private static final Map<String, Object> REST = Map.of("name", "rest");

    @Test
    void starts_the_lowest_ids_as_far_as_there_are_places() {
        Driver driver = Driver.started(8, "maxConcurrent", "25%");
        assertThat(driver.inFlight()).containsExactly("c01", "c02");

        driver.finish("c02");
        assertThat(driver.inFlight()).containsExactly("c01", "c03");
    }

    @Test
    void a_wave_has_places_of_its_own() {
        Driver driver = Driver.started(8, "waves", List.of(Map.of("name", "all", "maxConcurrent", 3)));

        assertThat(driver.inFlight()).hasSize(3);
    }

    @Test
    void a_wave_starts_when_the_one_before_has_finished() {
        Driver driver = Driver.started(3, "waves", List.of(CANARY, REST));
        assertThat(driver.inFlight()).containsExactly("c02");
        assertThat(driver.status().waves().get(1).waitsFor()).isEqualTo("wave canary is not finished");

        driver.finish("c02");
        assertThat(driver.inFlight()).containsExactly("c01", "c03");
        assertThat(driver.status().waves().get(0).finishedAt()).isNotNull();
    }

    @Test
    void holds_the_wave_when_its_canary_gate_fails() {
        Driver driver = Driver.started(3, "waves", List.of(CANARY, REST));
        driver.failStep("c02", FailureReason.BUG);

        assertThat(driver.inFlight()).isEmpty();
        assertThat(driver.phase()).isEqualTo(CampaignPhase.HELD);
        assertThat(driver.status().reason()).contains("In wave canary 0 of 1 clusters succeeded");
        assertThat(driver.retry("c02").finish("c02").inFlight()).containsExactly("c01", "c03");
    }

    @Test
    void a_skipped_cluster_does_not_count_for_the_rule() {
        Driver driver = Driver.started(3, "waves", List.of(CANARY, REST));
        driver.failStep("c02", FailureReason.BUG).skip("c02");

        assertThat(driver.inFlight()).containsExactly("c01", "c03");
        assertThat(driver.finish("c01").finish("c03").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    @Test
    void an_approval_forgives_the_failures_that_hold_the_campaign() {
        Driver driver = Driver.started(3, "waves", List.of(CANARY, REST));
        driver.failStep("c02", FailureReason.BUG).approve(null);
        assertThat(driver.inFlight()).containsExactly("c01", "c03");

        driver.finish("c01").finish("c03");
        assertThat(driver.phase()).isEqualTo(CampaignPhase.FAILED);
    }

    @Test
    void a_wave_may_ask_for_fewer_successes() {
        Driver driver = Driver.started(
                4,
                "waves",
                List.of(Map.of("name", "first", "clusters", Map.of("count", 2), "minSucceeded", "50%"), REST));
        driver.failStep("c01", FailureReason.BUG).finish("c02");

        assertThat(driver.inFlight()).containsExactly("c03", "c04");
    }

    @Test
    void a_wave_soaks_before_the_next_one_starts() {
        Driver driver = Driver.started(
                2, "waves", List.of(Map.of("name", "canary", "clusters", Map.of("count", 1), "soak", "PT1H"), REST));
        driver.finish("c01");
        assertThat(driver.phase()).isEqualTo(CampaignPhase.SOAKING);
        assertThat(driver.status().waves().get(1).waitsFor()).contains("soaks until 2026-11-23T09:00:00Z");

        assertThat(driver.tick(Duration.ofMinutes(59)).inFlight()).isEmpty();
        assertThat(driver.tick(Duration.ofMinutes(1)).inFlight()).containsExactly("c02");
    }

    @Test
    void a_soak_ends_on_its_millisecond_and_not_one_before() {
        Driver driver = Driver.started(
                2, "waves", List.of(Map.of("name", "canary", "clusters", Map.of("count", 1), "soak", "PT1H"), REST));
        driver.finish("c01");

        assertThat(driver.tick(Duration.ofHours(1).minusMillis(1)).inFlight()).isEmpty();
        assertThat(driver.phase()).isEqualTo(CampaignPhase.SOAKING);
        assertThat(driver.tick(Duration.ofMillis(1)).inFlight()).containsExactly("c02");
    }

    @Test
    void a_budget_that_is_spent_to_the_last_failure_still_starts_and_one_more_stops() {
        Driver driver = Driver.started(4, "maxConcurrent", 1, "failureBudget", Map.of("maxFailures", 2));
        driver.failStep("c01", FailureReason.BUG).failStep("c02", FailureReason.BUG);
        assertThat(driver.inFlight()).as("two of two").containsExactly("c03");

        assertThat(driver.failStep("c03", FailureReason.BUG).inFlight())
                .as("three")
                .isEmpty();
        assertThat(driver.phase()).isEqualTo(CampaignPhase.HELD);
    }

    @Test
    void a_wave_whose_successes_are_exactly_enough_is_met_and_one_fewer_holds() {
        List<Map<String, Object>> waves =
                List.of(Map.of("name", "first", "clusters", Map.of("count", 3), "minSucceeded", 2), REST);
        Driver enough = Driver.started(4, "maxConcurrent", 3, "waves", waves);
        enough.failStep("c01", FailureReason.BUG).finish("c02").finish("c03");
        assertThat(enough.inFlight()).containsExactly("c04");

        Driver fewer = Driver.started(4, "maxConcurrent", 3, "waves", waves);
        fewer.failStep("c01", FailureReason.BUG)
                .failStep("c02", FailureReason.BUG)
                .finish("c03");
        assertThat(fewer.inFlight()).isEmpty();
    }

    @Test
    void a_step_nobody_took_up_is_unanswered_after_the_patience_and_not_at_its_end() {
        Driver driver = Driver.started(1).tick(PlannerSettings.DEFAULT.acceptPatience());
        assertThat(driver.state.silent()).isEmpty();

        assertThat(driver.tick(Duration.ofMillis(1)).state.silent()).hasSize(1);
    }

    @Test
    void a_wave_waits_for_its_approval() {
        Driver driver = Driver.started(
                2,
                "waves",
                List.of(
                        Map.of("name", "canary", "clusters", Map.of("count", 1)),
                        Map.of("name", "rest", "approval", true)));
        assertThat(driver.approve(null).refusal()).contains("Nothing in this campaign waits");
        driver.finish("c01");
        assertThat(driver.phase()).isEqualTo(CampaignPhase.AWAITING_APPROVAL);

        assertThat(driver.approve(null).inFlight()).containsExactly("c02");
    }

    @Test
    void the_first_wave_may_wait_for_an_approval_as_well() {
        Driver driver = Driver.started(1, "waves", List.of(Map.of("name", "all", "approval", true)));
        assertThat(driver.phase()).isEqualTo(CampaignPhase.AWAITING_APPROVAL);

        assertThat(driver.approve(null).inFlight()).containsExactly("c01");
    }

    @Test
    void an_approval_during_the_soak_is_kept() {
        Driver driver = Driver.started(
                2,
                "waves",
                List.of(
                        Map.of("name", "canary", "clusters", Map.of("count", 1), "soak", "PT1H"),
                        Map.of("name", "rest", "approval", true)));
        driver.finish("c01").approve(null);
        assertThat(driver.inFlight()).isEmpty();

        assertThat(driver.tick(Duration.ofHours(1)).inFlight()).containsExactly("c02");
    }

    @Test
    void starts_no_new_cluster_once_the_failure_budget_is_spent() {
        Driver driver = Driver.started(5, "maxConcurrent", 2, "failureBudget", Map.of("maxFailures", 1));
        driver.failStep("c01", FailureReason.BUG);
        assertThat(driver.inFlight()).containsExactly("c02", "c03");

        driver.failStep("c02", FailureReason.BUG);
        assertThat(driver.inFlight()).containsExactly("c03");
        assertThat(driver.phase()).isEqualTo(CampaignPhase.RUNNING);
        assertThat(driver.status().reason()).contains("maxFailures: 1");

        driver.finish("c03");
        assertThat(driver.phase()).isEqualTo(CampaignPhase.HELD);
        assertThat(driver.approve(null).inFlight()).containsExactly("c04", "c05");
    }

    @Test
    void a_retried_cluster_is_not_new() {
        Driver driver = Driver.started(6, "maxConcurrent", 3, "failureBudget", Map.of("maxFailures", 0));
        driver.failStep("c01", FailureReason.BUG)
                .failStep("c02", FailureReason.BUG)
                .failStep("c03", FailureReason.BUG);
        assertThat(driver.phase()).isEqualTo(CampaignPhase.HELD);

        assertThat(driver.retry("c02").inFlight()).containsExactly("c02");
        assertThat(driver.finish("c02").phase()).isEqualTo(CampaignPhase.HELD);
        driver.pause().retry("c01");
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.PENDING);
        assertThat(driver.resume().inFlight()).containsExactly("c01");
    }

    @Test
    void a_campaign_with_failures_ends_failed_and_goes_on_with_a_retry() {
        Driver driver = Driver.started(2).failStep("c01", FailureReason.BUG).finish("c02");
        assertThat(driver.phase()).isEqualTo(CampaignPhase.FAILED);
        assertThat(driver.status().failures()).isEqualTo(1);

        assertThat(driver.retry(null).phase()).isEqualTo(CampaignPhase.RUNNING);
        assertThat(driver.finish("c01").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    @Test
    void a_retry_in_an_earlier_wave_keeps_the_wave_after_the_next_waiting() {
        Driver driver = Driver.started(
                3,
                "waves",
                List.of(
                        Map.of("name", "one", "clusters", Map.of("count", 1), "minSucceeded", 0),
                        Map.of("name", "two", "clusters", Map.of("count", 1)),
                        Map.of("name", "three")));
        driver.failStep("c01", FailureReason.BUG).retry("c01").finish("c02");
        assertThat(driver.inFlight()).containsExactly("c01");

        assertThat(driver.finish("c01").inFlight()).containsExactly("c03");
    }
}
