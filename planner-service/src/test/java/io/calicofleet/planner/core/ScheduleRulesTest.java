package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.ClusterTakenOver;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.Explanation.Reason;
import io.calicofleet.event.FailureReason;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.why.Explanations;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** A campaign with a schedule; it is created on a Monday at 08:00 UTC, and odd clusters are {@code env: test}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ScheduleRulesTest {

    private static final Map<String, Object> AT_TEN = window("10:00", "12:00");

    @Test
    void nothing_starts_before_the_window_opens_and_the_status_says_when_it_does() {
        Driver driver = Driver.started(2, "schedule", Map.of("windows", List.of(AT_TEN)));
        assertThat(driver.requests).isEmpty();
        assertThat(driver.phase()).isEqualTo(CampaignPhase.SCHEDULED);
        assertThat(driver.status().reason())
                .isEqualTo("No window is open. The next window opens at Mon 2026-11-23 10:00+00:00 (UTC).");
        assertThat(driver.status().schedule().opensAt()).isEqualTo("2026-11-23T10:00:00Z");
        assertThat(driver.status().schedule().zone()).isEqualTo("UTC");
        assertThat(driver.status().waves().getFirst().startedAt()).isNull();
        // When
        driver.tick(Duration.ofHours(2));
        // Then
        assertThat(driver.inFlight()).containsExactly("c01", "c02");
        assertThat(driver.phase()).isEqualTo(CampaignPhase.RUNNING);
        assertThat(driver.status().schedule().opensAt()).isNull();
    }

    @Test
    void what_has_started_is_finished_after_the_window_has_closed_and_the_rest_waits_for_the_next() {
        // Given
        Driver driver = Driver.started(2, "maxConcurrent", 1, "schedule", Map.of("windows", List.of(AT_TEN)));
        driver.tick(Duration.ofHours(2));
        // When
        driver.tick(Duration.ofHours(3)).finish("c01");
        // Then
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.SUCCEEDED);
        assertThat(driver.phase("c02")).isEqualTo(ClusterPhase.PENDING);
        assertThat(driver.phase()).isEqualTo(CampaignPhase.SCHEDULED);
        driver.tick(Duration.ofHours(21));
        assertThat(driver.inFlight()).containsExactly("c02");
    }

    @Test
    void nothing_starts_that_is_not_expected_to_be_done_before_the_window_closes() {
        // Given: a cluster takes an hour, as the campaign says
        Driver driver = Driver.started(
                2, "maxConcurrent", 1, "schedule", Map.of("windows", List.of(AT_TEN), "expectedDuration", "PT45M"));
        driver.tick(Duration.ofHours(2));
        // When
        driver.tick(Duration.ofMinutes(80)).finish("c01");
        // Then
        assertThat(driver.inFlight()).isEmpty();
        assertThat(driver.status().reason())
                .startsWith("The window closes at Mon 2026-11-23 12:00+00:00 (UTC), too soon for a cluster, which takes"
                        + " PT45M, as the campaign says.");
    }

    @Test
    void what_clusters_really_take_counts_once_five_are_done() {
        // Given: they take 70 minutes, though 10 were declared
        Driver driver = Driver.started(
                10, "maxConcurrent", 5, "schedule", Map.of("windows", List.of(AT_TEN), "expectedDuration", "PT10M"));
        driver.tick(Duration.ofHours(2));
        driver.tick(Duration.ofMinutes(70));
        for (String cluster : List.of("c01", "c02", "c03", "c04")) {
            driver.finish(cluster);
        }
        assertThat(driver.inFlight()).containsExactly("c05", "c06", "c07", "c08", "c09");
        // When: another place is free, 50 minutes before the window closes
        driver.finish("c05").tick(Duration.ofMinutes(1));
        // Then
        assertThat(driver.phase("c10")).isEqualTo(ClusterPhase.PENDING);
        assertThat(driver.status().schedule().measured()).isEqualTo(5);
        assertThat(driver.status().schedule().expected()).isEqualTo(Duration.ofMinutes(70));
        assertThat(driver.status().reason()).contains("which takes PT1H10M, as 95% of 5 did.");
    }

    @Test
    void a_retry_waits_for_the_window_and_an_approval_does_not() {
        // Given
        Driver driver = Driver.started(1, "schedule", Map.of("windows", List.of(AT_TEN)));
        driver.tick(Duration.ofHours(2)).failStep("c01", FailureReason.API_UNAVAILABLE);
        driver.tick(Duration.ofHours(3));
        // When
        driver.retry("c01");
        // Then
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.PENDING);
        assertThat(driver.phase()).isEqualTo(CampaignPhase.SCHEDULED);
        driver.tick(Duration.ofHours(21));
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.RUNNING);
    }

    @Test
    void each_label_has_its_own_windows_and_those_whose_time_it_is_go_first() {
        // Given
        Map<String, Object> prod = new LinkedHashMap<>(window("20:00", "23:00"));
        prod.put("matchLabels", Map.of("env", "prod"));
        Driver driver = Driver.started(4, "schedule", Map.of("windows", List.of(AT_TEN, prod)));
        // When
        driver.tick(Duration.ofHours(2));
        // Then
        assertThat(driver.inFlight()).containsExactly("c01", "c03");
        assertThat(reason(driver, "c02").rule()).isEqualTo("schedule");
        assertThat(reason(driver, "c02").ends()).isEqualTo("Its time comes at 2026-11-23T20:00:00Z.");
        driver.finish("c01").finish("c03");
        assertThat(driver.phase()).isEqualTo(CampaignPhase.SCHEDULED);
        driver.tick(Duration.ofHours(10));
        assertThat(driver.inFlight()).containsExactly("c02", "c04");
    }

    @Test
    void a_pause_and_a_hold_are_said_before_the_schedule() {
        Driver driver = Driver.started(1, "schedule", Map.of("windows", List.of(AT_TEN)));
        driver.pause();
        assertThat(driver.phase()).isEqualTo(CampaignPhase.PAUSED);
        driver.tick(Duration.ofHours(2));
        assertThat(driver.requests).isEmpty();
        driver.resume();
        assertThat(driver.inFlight()).containsExactly("c01");
    }

    @Test
    void a_wave_that_waits_for_an_approval_and_its_time_is_approved_first() {
        Driver driver = Driver.started(
                2,
                "waves",
                List.of(Map.of("name", "all", "approval", true)),
                "schedule",
                Map.of("startAt", "2026-11-23T20:00:00Z"));
        assertThat(driver.phase()).isEqualTo(CampaignPhase.AWAITING_APPROVAL);
        assertThat(driver.status().schedule().opensAt()).isEqualTo("2026-11-23T20:00:00Z");
        driver.approve(null);
        assertThat(driver.phase()).isEqualTo(CampaignPhase.SCHEDULED);
        assertThat(driver.status().reason())
                .isEqualTo("Nothing starts before 2026-11-23T20:00:00Z, as startAt says. It goes on at"
                        + " 2026-11-23T20:00:00Z.");
        driver.tick(Duration.ofHours(12));
        assertThat(driver.inFlight()).hasSize(2);
    }

    @Test
    void a_cluster_granted_after_its_window_is_given_back_and_not_taken_over() {
        // Given: another campaign has the only cluster
        ClaimDesk desk = new ClaimDesk();
        Driver first = new Driver(1, desk).create(Fleet.drill(1));
        Driver second = new Driver(1, desk);
        second.create(Fleet.campaign("schedule", Map.of("windows", List.of(AT_TEN))));
        second.tick(Duration.ofHours(2));
        assertThat(second.cluster("c01").waitsForClaim()).isTrue();
        second.tick(Duration.ofHours(3));
        // When
        second.command(new ClusterTakenOver(second.name, Driver.id("c01"), "now", ""));
        // Then
        assertThat(second.refusal()).contains("it is not time");
        first.finish("c01");
        assertThat(second.requests).isEmpty();
        assertThat(second.phase()).isEqualTo(CampaignPhase.SCHEDULED);
        second.tick(Duration.ofHours(21));
        assertThat(second.inFlight()).containsExactly("c01");
    }

    @Test
    void what_takes_longer_than_any_window_is_told_and_left_to_people() {
        // Given
        Driver driver = Driver.started(
                6,
                "maxConcurrent",
                5,
                "schedule",
                Map.of("windows", List.of(window("10:00", "10:30")), "expectedDuration", "PT10M"));
        driver.tick(Duration.ofHours(2));
        // When
        driver.tick(Duration.ofHours(1));
        for (String cluster : List.of("c01", "c02", "c03", "c04", "c05")) {
            driver.finish(cluster);
        }
        // Then
        assertThat(driver.phase()).isEqualTo(CampaignPhase.SCHEDULED);
        assertThat(driver.status().reason()).contains("No time comes within 400 days");
        assertThat(reason(driver, "c06").endedBy()).isEqualTo(EndedBy.PEOPLE);
        driver.skip("c06");
        assertThat(driver.phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    @Test
    void a_schedule_that_cannot_be_kept_is_refused_with_what_is_wrong() {
        assertThat(problems(Map.of("startAt", "2026-11-23T07:59:59Z")))
                .containsExactly(
                        "schedule.startAt: 2026-11-23T07:59:59Z has passed: it is 2026-11-23T08:00:00Z. Allowed: a"
                                + " time to come; leave it out to start at once.");
        assertThat(problems(Map.of("windows", List.of(window("10:00", "10:30")))))
                .singleElement()
                .asString()
                .startsWith(
                        "schedule: c01, c02 would never start. No window is open. No time comes within 400 days that is"
                                + " long enough for a cluster, which takes PT1H");
        Map<String, Object> nobody = new LinkedHashMap<>(AT_TEN);
        nobody.put("matchLabels", Map.of("env", "none"));
        assertThat(problems(Map.of("windows", List.of(AT_TEN, nobody))))
                .containsExactly("schedule.windows[1].matchLabels: No cluster of the campaign carries {env=none}.");
        Map<String, Object> prod = new LinkedHashMap<>(AT_TEN);
        prod.put("matchLabels", Map.of("env", "prod"));
        assertThat(problems(Map.of("windows", List.of(prod))))
                .containsExactly(
                        "schedule.windows: No window is for c01. Add one without matchLabels: it is for all that no"
                                + " other is for.");
    }

    private static List<String> problems(Map<String, Object> schedule) {
        CampaignSpec spec = Fleet.campaign("schedule", schedule);
        return CampaignCreation.problems(spec, Fleet.of(2), "alice", Driver.START).stream()
                .map(Problem::toString)
                .toList();
    }

    private static Reason reason(Driver driver, String cluster) {
        Instant now = driver.now;
        ClusterStatus status = Statuses.of(driver.state, driver.cluster(cluster));
        return Explanations.of(Statuses.of(driver.state, "", Times.at(now)), status, now)
                .reasons()
                .getFirst();
    }

    private static Map<String, Object> window(String from, String to) {
        return Map.of("from", from, "to", to, "zone", "UTC");
    }
}
