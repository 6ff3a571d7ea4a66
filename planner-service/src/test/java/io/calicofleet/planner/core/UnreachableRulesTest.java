package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepKind;
import io.calicofleet.planner.core.why.Explanations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Clusters whose API server does not answer when their turn comes. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class UnreachableRulesTest {

    private static final List<Map<String, Object>> WAVES =
            List.of(Map.of("name", "first", "clusters", Map.of("count", 2)), Map.of("name", "rest"));

    @Test
    void one_that_waits_gives_back_its_place_and_its_claim_and_keeps_no_wave() {
        // Given
        Driver driver = Driver.started(3, "unreachable", "wait", "maxConcurrent", 1, "waves", WAVES);
        // When
        driver.failStep("c01", FailureReason.API_UNAVAILABLE);
        // Then
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.PENDING);
        assertThat(driver.cluster("c01").claimed().active()).isFalse();
        assertThat(driver.inFlight()).containsExactly("c02");
        driver.finish("c02");
        assertThat(driver.inFlight()).as("the next wave").containsExactly("c03");
        assertThat(driver.status().unreachable()).isEqualTo(1);
        assertThat(driver.status().waves().getFirst().unreachable()).isEqualTo(1);
        assertThat(driver.status().failures()).isZero();
        assertThat(Statuses.of(driver.state, driver.cluster("c01")).holdReason())
                .isEqualTo(HoldReason.UNREACHABLE);
    }

    @Test
    void it_is_tried_again_by_itself_and_the_campaign_ends_when_it_was_reached() {
        Driver driver = Driver.started(2, "unreachable", "wait", "maxConcurrent", 1);
        driver.failStep("c01", FailureReason.API_UNAVAILABLE).finish("c02");
        assertThat(driver.phase()).isEqualTo(CampaignPhase.RUNNING);
        assertThat(driver.status().reason())
                .isEqualTo("One cluster cannot be reached: c01. What cannot be reached is tried again every 10 minutes;"
                        + " skip it to end without it.");
        assertThat(driver.status().summary()).contains("1 not reached");
        driver.tick(UnreachableRules.AGAIN.minusSeconds(1));
        assertThat(driver.inFlight()).isEmpty();
        driver.tick(Duration.ofSeconds(1));
        assertThat(driver.inFlight()).containsExactly("c01");
        driver.failStep("c01", FailureReason.API_UNAVAILABLE);
        assertThat(driver.inFlight()).isEmpty();
        driver.tick(UnreachableRules.AGAIN).finish("c01");
        assertThat(driver.phase()).isEqualTo(CampaignPhase.SUCCEEDED);
        assertThat(driver.status().unreachable()).isZero();
    }

    @Test
    void one_that_comes_back_waits_for_a_free_place() {
        Driver driver = Driver.started(3, "unreachable", "wait", "maxConcurrent", 1);
        driver.failStep("c01", FailureReason.API_UNAVAILABLE);
        driver.tick(UnreachableRules.AGAIN);
        assertThat(driver.inFlight()).containsExactly("c02");
        driver.finish("c02");
        assertThat(driver.inFlight()).as("before those that are new").containsExactly("c01");
    }

    @Test
    void one_that_waits_can_be_left_out_and_its_explanation_says_so() {
        Driver driver = Driver.started(1, "unreachable", "wait");
        driver.failStep("c01", FailureReason.API_UNAVAILABLE);
        assertThat(Explanations.of(
                                Statuses.of(driver.state, "", Times.at(driver.now)),
                                Statuses.of(driver.state, driver.cluster("c01")),
                                driver.now)
                        .reasons())
                .singleElement()
                .satisfies(reason -> {
                    assertThat(reason.rule()).isEqualTo("unreachable");
                    assertThat(reason.sentence()).contains("it went wrong", "every 10 minutes");
                    assertThat(reason.commands().getLast().command())
                            .isEqualTo("skip calico-3-22 --cluster c01 --reason \"...\"");
                });
        driver.skip("c01");
        assertThat(driver.phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    @Test
    void an_abort_ends_those_that_wait() {
        Driver driver = Driver.started(1, "unreachable", "wait");
        driver.failStep("c01", FailureReason.API_UNAVAILABLE).abort();
        assertThat(driver.phase()).isEqualTo(CampaignPhase.ABORTED);
    }

    @Test
    void one_that_is_skipped_says_why_and_counts_as_no_failure() {
        Driver driver = Driver.started(2, "unreachable", "skip", "maxConcurrent", 1);
        driver.failStep("c01", FailureReason.API_UNAVAILABLE);
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.SKIPPED);
        assertThat(driver.cluster("c01").findings().message()).contains("unreachable: skip", "it went wrong");
        driver.finish("c02");
        assertThat(driver.phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    @Test
    void one_whose_upgrade_has_begun_is_not_skipped_by_itself() {
        Driver driver = Driver.started(1, "unreachable", "skip");
        driver.reach("c01", StepKind.UPGRADE)
                .failStep("c01", FailureReason.UNEXPECTED_STATE)
                .retry("c01");
        driver.failStep("c01", FailureReason.API_UNAVAILABLE);
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.FAILED);
    }

    @Test
    void without_a_word_in_the_campaign_it_has_failed() {
        Driver driver = Driver.started(1);
        driver.failStep("c01", FailureReason.API_UNAVAILABLE);
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.FAILED);
    }

    @Test
    void a_later_step_that_does_not_reach_the_cluster_has_failed_whatever_the_campaign_says() {
        Driver driver = Driver.started(1, "unreachable", "wait");
        driver.reach("c01", StepKind.UPGRADE).failStep("c01", FailureReason.API_UNAVAILABLE);
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.FAILED);
    }
}
