package io.calicofleet.planner.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignSpec;
import io.calicofleet.planner.core.Fleet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** By the core of production, so that what is expected here is what a campaign does. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SimulationTest {

    /** A Monday. */
    private static final Instant START = Instant.parse("2026-11-23T08:00:00Z");

    /** Ten minutes for each cluster of one node. */
    private static final Assumptions EVEN =
            new Assumptions(Duration.ofMinutes(9), Duration.ofMinutes(1), 0, 0, 0, Duration.ZERO);

    private static List<Member> fleet(int clusters) {
        return Fleet.of(clusters).stream()
                .map(candidate -> new Member(candidate, 1))
                .toList();
    }

    private static Simulation simulation(int clusters, Assumptions assumptions, Object... fields) {
        return of(clusters, assumptions, Fleet.campaign(fields));
    }

    private static Simulation of(int clusters, Assumptions assumptions, CampaignSpec spec) {
        return new Simulation(spec, fleet(clusters), assumptions, START);
    }

    private static Assumptions failing(double share) {
        return new Assumptions(EVEN.perCluster(), EVEN.perNode(), EVEN.spread(), share, 0, Duration.ZERO);
    }

    @Test
    void a_timetable_says_from_when_to_when_clusters_are_in_their_steps_and_by_what_others_took() {
        Simulation byHistory = Simulation.asTaken(
                Fleet.campaign("maxConcurrent", 1), Fleet.of(3), List.of(Duration.ofMinutes(7)), START);
        Timetable table = new Timetable(List.of(byHistory.run(1), byHistory.run(2)));

        assertThat(table.of(List.of(1)))
                .contains(new Timetable.Span(
                        Duration.ofMinutes(7), Duration.ofMinutes(7), Duration.ofMinutes(14), Duration.ofMinutes(14)));
        assertThat(table.of(List.of(0, 1, 2)).orElseThrow().end()).isEqualTo(Duration.ofMinutes(21));
        assertThat(table.of(List.of())).isEmpty();
        Run stopped = simulation(9, failing(1), "maxConcurrent", 1).run(1);
        assertThat(new Timetable(List.of(stopped)).of(List.of(8)))
                .as("it is never begun")
                .isEmpty();
    }

    @Test
    void the_same_failure_on_as_many_clusters_as_the_campaign_says_stops_everything() {
        Run run = simulation(100, failing(1), "maxConcurrent", 5, "failureBudget", Map.of("maxFailures", "100%"))
                .run(1);

        assertThat(run.finished()).isFalse();
        assertThat(run.reason()).contains("the same failure on 3 clusters");
        assertThat(run.touched()).isLessThanOrEqualTo(10);

        Run goesOn = simulation(
                        20,
                        failing(1),
                        "failureBudget",
                        Map.of("maxFailures", "100%", "sameFailure", Map.of("clusters", 0)))
                .run(1);
        assertThat(goesOn.failed()).isEqualTo(20);
    }

    @Test
    void what_cannot_be_reached_has_failed_or_is_left_out_as_the_campaign_says_and_stops_nobody() {
        Assumptions away = new Assumptions(EVEN.perCluster(), EVEN.perNode(), 0, 0, 0, 1, Duration.ZERO);

        Run skipped = simulation(20, away, "unreachable", "skip").run(1);
        assertThat(skipped.finished()).isTrue();
        assertThat(skipped.failed()).isZero();
        Run failed = simulation(20, away, "unreachable", "fail", "failureBudget", Map.of("maxFailures", "100%"))
                .run(1);
        assertThat(failed.failed()).isEqualTo(20);
    }

    @Test
    void as_many_clusters_go_at_once_as_the_campaign_allows() {
        Run run = simulation(10, EVEN, "maxConcurrent", 3).run(1);

        assertThat(run.finished()).isTrue();
        assertThat(run.mostAtOnce()).isEqualTo(3);
        assertThat(run.took()).isEqualTo(Duration.ofMinutes(40));
        assertThat(run.doneAfter(Duration.ofMinutes(9))).isZero();
        assertThat(run.doneAfter(Duration.ofMinutes(10))).isEqualTo(3);
        assertThat(run.doneAfter(Duration.ofMinutes(40))).isEqualTo(10);
    }

    @Test
    void larger_clusters_take_longer() {
        List<Member> fleet = new ArrayList<>();
        Fleet.of(1).forEach(candidate -> fleet.add(new Member(candidate, 51)));

        Run run = new Simulation(Fleet.campaign(), fleet, EVEN, START).run(1);

        assertThat(run.took()).isEqualTo(Duration.ofMinutes(60));
    }

    @Test
    void a_wave_waits_for_the_soak_of_the_one_before_and_for_its_approval() {
        List<Map<String, Object>> waves = List.of(
                Map.of("name", "canary", "clusters", Map.of("count", 1), "soak", "PT24H"),
                Map.of("name", "rest", "approval", true));
        Assumptions answered = new Assumptions(EVEN.perCluster(), EVEN.perNode(), 0, 0, 0, Duration.ofHours(2));

        assertThat(simulation(3, EVEN, "waves", waves).run(1).took())
                .isEqualTo(Duration.ofHours(24).plusMinutes(20));
        assertThat(simulation(3, answered, "waves", waves).run(1).took())
                .isEqualTo(Duration.ofHours(26).plusMinutes(20));
    }

    @Test
    void approvals_after_a_wave_and_before_the_next_are_both_given_whoever_may_give_them() {
        List<Map<String, Object>> waves = List.of(
                Map.of(
                        "name",
                        "canary",
                        "clusters",
                        Map.of("count", 1),
                        "approval",
                        Map.of("when", "after", "by", List.of("bob", "carol"), "quorum", 2)),
                Map.of("name", "rest", "approval", true));
        Assumptions answered = new Assumptions(EVEN.perCluster(), EVEN.perNode(), 0, 0, 0, Duration.ofHours(2));

        assertThat(simulation(3, answered, "waves", waves).run(1).took())
                .isEqualTo(Duration.ofHours(4).plusMinutes(20));
    }

    @Test
    void nothing_starts_outside_its_window() {
        Map<String, Object> window = Map.of("days", List.of("tue"), "from", "02:00", "to", "03:00", "zone", "UTC");

        Run run = simulation(
                        12,
                        EVEN,
                        "maxConcurrent",
                        1,
                        "schedule",
                        Map.of("windows", List.of(window), "expectedDuration", "PT10M"))
                .run(1);

        assertThat(run.finished()).isTrue();
        // Six on the first Tuesday, from two o'clock on, and six a week later.
        assertThat(run.doneAfter(Duration.ofHours(18))).isZero();
        assertThat(run.doneAfter(Duration.ofHours(19))).isEqualTo(6);
        assertThat(run.took()).isEqualTo(Duration.ofDays(7).plusHours(19));
    }

    @Test
    void a_bad_release_stops_at_the_failure_budget_and_not_much_later() {
        Run run = simulation(
                        100,
                        failing(1),
                        "maxConcurrent",
                        4,
                        "failureBudget",
                        Map.of("maxFailures", 2, "sameFailure", Map.of("clusters", 0)))
                .run(1);

        assertThat(run.finished()).isFalse();
        assertThat(run.reason()).contains("failure budget");
        // Four at first, and one more after each of the first two failures.
        assertThat(run.touched()).isEqualTo(6);
        assertThat(run.failed()).isEqualTo(6);
        // A cluster with the bad release takes as long as its gate is patient.
        assertThat(run.took()).isEqualTo(Duration.ofMinutes(50));
    }

    @Test
    void never_more_is_begun_after_the_budget_is_spent_than_what_was_in_flight() {
        for (long seed = 1; seed <= 60; seed++) {
            int atOnce = (int) (1 + seed % 7);
            Run run = simulation(
                            200,
                            failing(0.2),
                            "maxConcurrent",
                            atOnce,
                            "failureBudget",
                            Map.of("maxFailures", 3, "sameFailure", Map.of("clusters", 0)))
                    .run(seed);

            assertThat(run.failed()).as("seed " + seed).isBetween(4, 4 + atOnce - 1);
            assertThat(run.mostAtOnce()).as("seed " + seed).isEqualTo(atOnce);
            assertThat(run.touched()).as("seed " + seed).isLessThan(200);
        }
    }

    @Test
    void the_same_seed_gives_the_same_and_another_gives_another() {
        Simulation simulation = simulation(50, Assumptions.DEFAULT, "maxConcurrent", 5);

        assertThat(simulation.run(7).took())
                .isEqualTo(simulation.run(7).took())
                .isNotEqualTo(simulation.run(8).took());
    }

    @Test
    void the_share_of_clusters_that_fail_is_what_was_asked_for() {
        long failed = LongStream.rangeClosed(1, 50)
                .mapToObj(simulation(200, failing(0.1), "failureBudget", Map.of("maxFailures", "100%"))::run)
                .mapToInt(Run::failed)
                .sum();

        assertThat(failed).isBetween(850L, 1150L);
    }

    @Test
    void a_forecast_says_what_most_runs_did() {
        Simulation simulation = simulation(40, Assumptions.DEFAULT, "maxConcurrent", 4);
        Forecast forecast = new Forecast(
                LongStream.rangeClosed(1, 100).mapToObj(simulation::run).toList());

        assertThat(forecast.finished()).isEqualTo(100);
        assertThat(forecast.took(50)).isLessThan(forecast.took(95)).isGreaterThan(Duration.ofMinutes(20));
        assertThat(forecast.took(95)).isLessThanOrEqualTo(forecast.longest());
        assertThat(forecast.touched(50)).isEqualTo(40);
        List<Duration> moments = forecast.moments(10);
        assertThat(moments).hasSize(10).endsWith(forecast.longest());
        assertThat(forecast.doneAfter(moments.getLast(), 5)).isEqualTo(40);
        assertThat(forecast.doneAfter(moments.getFirst(), 50)).isBetween(0, 10);
        assertThat(forecast.reason()).isEmpty();
    }

    @Test
    void a_hundred_runs_of_a_thousand_clusters_are_soon_done() {
        Simulation simulation = simulation(1000, Assumptions.DEFAULT, "maxConcurrent", "10%");
        long start = System.nanoTime();
        new Forecast(LongStream.rangeClosed(1, 100)
                .parallel()
                .mapToObj(simulation::run)
                .toList());
        long took = System.nanoTime() - start;

        assertThat(Duration.ofNanos(took)).isLessThan(Duration.ofMinutes(1));
    }
}
