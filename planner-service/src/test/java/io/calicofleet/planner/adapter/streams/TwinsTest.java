package io.calicofleet.planner.adapter.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterRetried;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.Topic;
import io.calicofleet.planner.Drill;
import io.calicofleet.planner.adapter.catalogue.CatalogueFile;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.PlannerSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Two ids of one cluster, each served by an executor that does not know of the other. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TwinsTest {

    private static final Instant START = Instant.parse("2026-11-28T10:00:00Z");
    private static final String UID = "5f7c6a0e-1111";
    private static final PlannerCore CORE = new PlannerCore(CatalogueFile.load(), PlannerSettings.DEFAULT);

    private final PlannerDriver driver = new PlannerDriver(CORE::decide, new SimpleMeterRegistry(), START);

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void a_cluster_under_two_ids_of_two_executors_is_held_under_both_with_all_four_names() {
        announce("a", "executor-1", UID);
        announce("b", "executor-2", UID);
        create("first", "a");
        create("second", "b");

        assertThat(requested()).isEmpty();
        assertThat(statuses())
                .filteredOn(status -> status.phase() == ClusterPhase.HELD)
                .hasSize(2)
                .allSatisfy(status -> {
                    assertThat(status.holdReason()).isEqualTo(HoldReason.PREFLIGHT_OBJECTIONS);
                    assertThat(status.summary()).contains("a", "executor-1", "b", "executor-2", UID, "then retry");
                });
    }

    @Test
    void when_one_of_them_is_not_served_any_more_the_other_is_retried_and_begins() {
        announce("a", "executor-1", UID);
        announce("b", "executor-2", UID);
        create("first", "a");
        retry("first", "a");
        assertThat(requested()).as("still two").isEmpty();

        driver.pipe(Topic.CLUSTERS, "b", null, new RecordHeaders());
        retry("first", "a");

        assertThat(requested()).containsExactly("first/a/drill/1");
    }

    @Test
    void the_one_that_was_begun_before_the_other_was_known_goes_on_and_the_other_is_held() {
        announce("a", "executor-1", UID);
        create("first", "a");
        assertThat(requested()).containsExactly("first/a/drill/1");

        announce("b", "executor-2", UID);
        create("second", "b");

        assertThat(requested()).isEmpty();
    }

    @Test
    void one_executor_sees_to_its_ids_itself_and_unknown_clusters_are_no_twins() {
        announce("a", "executor-1", UID);
        announce("b", "executor-1", UID);
        announce("c", "executor-1", null);
        announce("d", "executor-2", null);
        for (String cluster : List.of("a", "b", "c", "d")) {
            create("of-" + cluster, cluster);
        }

        assertThat(requested()).hasSize(4);
    }

    @Test
    void an_executor_that_has_not_announced_it_for_ten_minutes_serves_it_no_more() {
        announce("a", "executor-1", UID);
        announce("b", "executor-2", UID);
        create("first", "a");
        driver.advance(Duration.ofMinutes(9));
        announce("a", "executor-1", UID);
        retry("first", "a");
        assertThat(requested()).isEmpty();

        driver.advance(Duration.ofMinutes(2));
        announce("a", "executor-1", UID);
        retry("first", "a");

        assertThat(requested()).containsExactly("first/a/drill/1");
    }

    @Test
    void an_id_that_leads_to_another_cluster_from_now_on_is_no_twin_any_more() {
        announce("a", "executor-1", UID);
        announce("b", "executor-2", UID);
        announce("b", "executor-2", "another");
        create("first", "a");

        assertThat(requested()).containsExactly("first/a/drill/1");
    }

    private void announce(String cluster, String executor, String uid) {
        say(Drill.announced(cluster, executor, uid));
    }

    private void create(String name, String cluster) {
        var spec = Drill.spec(Drill.document(name, 1, List.of(cluster)));
        say(new CampaignCreated(spec.name(), spec, "created"));
    }

    private void retry(String campaign, String cluster) {
        say(new ClusterRetried(CampaignName.of(campaign), ClusterId.of(cluster), "", "retried"));
    }

    private void say(FleetEvent data) {
        driver.pipe(Event.of("test", "/test", START, "ada", null, data));
    }

    private List<String> requested() {
        return driver.published(Topic.STEPS).stream()
                .map(event -> ((StepRequested) event.data()).step().encode())
                .toList();
    }

    private List<ClusterStatus> statuses() {
        return driver.published(Topic.STATUS).stream()
                .map(Event::data)
                .filter(ClusterStatus.class::isInstance)
                .map(ClusterStatus.class::cast)
                .toList();
    }
}
