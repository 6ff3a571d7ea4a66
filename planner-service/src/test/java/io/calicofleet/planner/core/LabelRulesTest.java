package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.Explanation.Reason;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.LabelStatus;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.why.Explanations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Limits for each value of a label, and of a wave; odd clusters are {@code env: test}, even ones {@code env: prod}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LabelRulesTest {

    @Test
    void no_more_clusters_with_the_same_value_of_a_label_are_in_flight_than_may_be() {
        Driver driver = Driver.started(6, "perLabel", List.of(Map.of("label", "env", "maxConcurrent", 1)));
        assertThat(driver.inFlight()).containsExactly("c01", "c02");
        assertThat(reason(driver, "c03").rule()).isEqualTo("label-places");
        assertThat(reason(driver, "c03").sentence())
                .isEqualTo("All places of clusters with env=test are taken: 1 running, 0 held.");
        // When
        driver.finish("c02");
        // Then: the next of its own value
        assertThat(driver.inFlight()).containsExactly("c01", "c04");
    }

    @Test
    void clusters_without_the_label_count_together() {
        Driver driver = new Driver(4);
        driver.fleet = Fleet.of(4).stream()
                .map(cluster -> cluster.cluster().value().equals("c01")
                        ? cluster
                        : new ClusterCandidate(cluster.cluster(), Map.of(), ""))
                .toList();
        driver.create(Fleet.campaign("perLabel", List.of(Map.of("label", "env", "maxConcurrent", 1))));
        assertThat(driver.inFlight()).containsExactly("c01", "c02");
        assertThat(reason(driver, "c03").sentence()).contains("with no env");
    }

    @Test
    void too_many_failures_with_a_value_of_a_label_stop_that_value_and_no_other() {
        // Given
        Driver driver = Driver.started(
                6,
                "failureBudget",
                Map.of("maxFailures", 5),
                "perLabel",
                List.of(Map.of("label", "env", "maxConcurrent", 1, "maxFailures", 0)));
        // When
        driver.failStep("c01", FailureReason.API_UNAVAILABLE);
        driver.finish("c02");
        // Then
        assertThat(driver.inFlight()).containsExactly("c04");
        assertThat(reason(driver, "c03").rule()).isEqualTo("label-budget");
        assertThat(driver.status().reason()).startsWith("More clusters with env=test failed than perLabel allows");
        driver.finish("c04").finish("c06");
        assertThat(driver.phase()).isEqualTo(CampaignPhase.HELD);
        driver.tick(Duration.ofSeconds(1));
        assertThat(driver.status().labels()).containsExactly(new LabelStatus("env", "test", 3, 0, 0, 1));
        // When: somebody goes on without it
        driver.approve(null);
        // Then
        assertThat(driver.refusal()).isEmpty();
        assertThat(driver.inFlight()).containsExactly("c03");
    }

    @Test
    void too_many_failures_of_a_wave_stop_that_wave() {
        Driver driver = Driver.started(
                4,
                "maxConcurrent",
                1,
                "failureBudget",
                Map.of("maxFailures", 3),
                "waves",
                List.of(
                        Map.of(
                                "name",
                                "first",
                                "clusters",
                                Map.of("count", 3),
                                "failureBudget",
                                Map.of("maxFailures", 0),
                                "minSucceeded",
                                1),
                        Map.of("name", "rest")));
        driver.failStep("c01", FailureReason.API_UNAVAILABLE);
        assertThat(driver.inFlight()).isEmpty();
        assertThat(driver.phase()).isEqualTo(CampaignPhase.HELD);
        assertThat(driver.status().reason())
                .startsWith("More clusters of wave first failed than its failure budget allows");
        driver.retry("c01");
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.RUNNING);
        driver.finish("c01");
        assertThat(driver.inFlight()).containsExactly("c02");
    }

    @Test
    void a_label_nobody_carries_is_refused_with_what_was_meant() {
        assertThat(CampaignCreation.problems(
                                Fleet.campaign("perLabel", List.of(Map.of("label", "enc", "maxConcurrent", 1))),
                                Fleet.of(2),
                                "alice",
                                Driver.START)
                        .stream()
                        .map(Problem::toString))
                .containsExactly(
                        "perLabel[0].label: No cluster of the campaign carries the label 'enc'. Allowed: a label of"
                                + " its clusters. Did you mean 'env'?");
    }

    private static Reason reason(Driver driver, String cluster) {
        return Explanations.of(
                        Statuses.of(driver.state, "", Times.at(driver.now)),
                        Statuses.of(driver.state, driver.cluster(cluster)),
                        driver.now)
                .reasons()
                .getFirst();
    }
}
