package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.planner.core.simulation.Eta;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What is expected of a campaign is what then comes of it, where clusters go on as they did. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EtaTest {

    private static final Duration TEN = Duration.ofMinutes(10);

    private final Driver driver = new Driver(10);

    private Optional<Eta> eta() {
        driver.tick(Duration.ZERO);
        return Eta.of(driver.status(), List.copyOf(statuses().values()), driver.now);
    }

    private Map<ClusterId, ClusterStatus> statuses() {
        Map<ClusterId, ClusterStatus> statuses = new LinkedHashMap<>();
        for (Effect effect : driver.effects) {
            if (effect instanceof Effect.PublishClusterStatus told) {
                statuses.put(told.status().cluster(), told.status());
            }
        }
        return statuses;
    }

    /** Has all that is in flight done after ten minutes. */
    private void round() {
        driver.tick(TEN);
        driver.inFlight().forEach(driver::finish);
    }

    private static Instant after(Duration time) {
        return Driver.START.plus(time);
    }

    @Test
    void the_end_is_told_by_how_long_clusters_took() {
        driver.create(Fleet.drill(1, "maxConcurrent", 2));
        assertThat(eta()).isEmpty();
        round();
        round();

        Eta eta = eta().orElseThrow();

        assertThat(eta.measured()).isEqualTo(4);
        assertThat(eta.p50()).isEqualTo(after(TEN.multipliedBy(5)));
        assertThat(eta.p95()).isEqualTo(after(TEN.multipliedBy(5)));
        for (int i = 0; i < 3; i++) {
            round();
        }
        assertThat(driver.phase().terminal()).isTrue();
        assertThat(driver.now).isEqualTo(eta.p50());
        assertThat(eta()).isEmpty();
    }

    @Test
    void what_is_in_flight_takes_what_is_left() {
        driver.create(Fleet.drill(1, "maxConcurrent", 5));
        round();
        driver.tick(Duration.ofMinutes(6));

        assertThat(eta().orElseThrow().p95()).isEqualTo(after(TEN.multipliedBy(2)));
    }

    @Test
    void what_takes_longer_than_all_others_may_end_at_any_time() {
        driver.create(Fleet.drill(1, "maxConcurrent", 5));
        round();
        driver.tick(Duration.ofHours(1));

        assertThat(eta().orElseThrow().p95()).isEqualTo(driver.now.plusSeconds(60));
    }

    @Test
    void soaks_and_waves_that_are_to_come_count() {
        driver.create(Fleet.drill(
                1,
                "waves",
                List.of(
                        Map.of("name", "canary", "clusters", Map.of("count", 2), "soak", "PT4H"),
                        Map.of("name", "half", "clusters", Map.of("count", 4), "maxConcurrent", 2, "soak", "PT1H"),
                        Map.of("name", "rest"))));
        round();
        driver.tick(Duration.ofHours(1));

        // Three hours of the soak are left; then two rounds, an hour, and one round.
        assertThat(eta().orElseThrow().p50())
                .isEqualTo(after(Duration.ofHours(5).plus(TEN.multipliedBy(4))));
    }

    @Test
    void windows_are_waited_for_by_the_labels_of_the_clusters() {
        Map<String, Object> window = Map.of(
                "days",
                List.of("tue"),
                "from",
                "02:00",
                "to",
                "03:00",
                "zone",
                "UTC",
                "matchLabels",
                Map.of("env", "prod"));
        Map<String, Object> always =
                Map.of("days", List.of("mon", "tue"), "from", "00:00", "to", "24:00", "zone", "UTC");
        driver.create(Fleet.drill(
                1,
                "maxConcurrent",
                5,
                "schedule",
                Map.of("windows", List.of(window, always), "expectedDuration", "PT10M")));
        round();
        assertThat(driver.state.tally().of(ClusterPhase.SUCCEEDED)).isEqualTo(5);

        // All even clusters are left, for Tuesday at two, which is eighteen hours after the start.
        assertThat(eta().orElseThrow().p95())
                .isEqualTo(after(Duration.ofHours(18).plus(TEN)));
    }

    @Test
    void what_waits_for_a_person_keeps_its_place_and_a_campaign_that_stands_still_has_no_end() {
        driver.create(Fleet.drill(1, "maxConcurrent", 2));
        round();
        assertThat(eta()).isPresent();

        driver.pause();

        assertThat(eta()).isEmpty();
    }
}
