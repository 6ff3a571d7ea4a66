package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterId;
import io.calicofleet.planner.core.campaign.Standing;
import io.calicofleet.planner.core.document.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CampaignCreationTest {

    private static List<Integer> waves(Driver driver) {
        return java.util.stream.IntStream.range(0, driver.state.header().waves().size())
                .mapToObj(i -> driver.state.tally(i).total())
                .toList();
    }

    @Test
    void takes_the_clusters_named() {
        Driver driver = Driver.started(5, "clusters", Map.of("names", List.of("c04", "c02")));

        assertThat(driver.inFlight()).containsExactly("c02", "c04");
    }

    @Test
    void takes_the_clusters_with_all_the_labels() {
        Driver driver = Driver.started(5, "clusters", Map.of("matchLabels", Map.of("env", "prod")));

        assertThat(driver.inFlight()).containsExactly("c02", "c04");
    }

    /** Would take minutes if each name were looked for among all others. */
    @Test
    void a_wave_may_name_as_many_clusters_as_a_request_can_hold() {
        List<ClusterCandidate> many = Fleet.of(60_000);
        List<String> names =
                many.stream().map(candidate -> candidate.cluster().value()).toList();
        var spec = Fleet.campaign(
                "clusters",
                Map.of("names", names),
                "waves",
                List.of(Map.of("name", "all", "clusters", Map.of("names", names))));

        assertThat(CampaignCreation.problems(spec, many, "alice", Driver.START)).isEmpty();
    }

    @Test
    void gives_each_cluster_to_the_first_wave_that_wants_it() {
        Driver driver = Driver.started(
                20,
                "waves",
                List.of(
                        Map.of("name", "named", "clusters", Map.of("names", List.of("c03", "c04"))),
                        Map.of("name", "labelled", "clusters", Map.of("matchLabels", Map.of("env", "prod"))),
                        Map.of("name", "counted", "clusters", Map.of("count", 3)),
                        Map.of("name", "shared", "clusters", Map.of("percent", 11)),
                        Map.of("name", "rest")));

        assertThat(waves(driver)).containsExactly(2, 9, 3, 3, 3);
        assertThat(driver.inFlight()).containsExactly("c03", "c04");
    }

    @Test
    void says_everything_that_speaks_against_it_at_once_and_starts_nothing() {
        Driver driver = new Driver(3);
        driver.fleet = new ArrayList<>(driver.fleet);
        driver.fleet.add(new ClusterCandidate(ClusterId.of("c09"), Map.of(), ""));
        driver.create(Fleet.campaign(
                "clusters",
                Map.of("names", List.of("c01", "c9", "c09", "elsewhere")),
                "waves",
                List.of(
                        Map.of("name", "canary", "clusters", Map.of("names", List.of("c02", "co1"))),
                        Map.of("name", "none", "clusters", Map.of("matchLabels", Map.of("a", "b"))))));

        assertThat(driver.phase()).isEqualTo(CampaignPhase.FAILED);
        assertThat(driver.state.header().standing()).isEqualTo(Standing.REFUSED);
        assertThat(driver.requests).isEmpty();
        assertThat(driver.status().reason())
                .contains("'c9' is served by no executor. Did you mean 'c09'? 'elsewhere' is served by no executor.")
                .contains("Wave canary names cluster c02, which is not in the campaign.")
                .contains("'co1' is served by no executor. Did you mean 'c01'?")
                .contains("Wave none gets no cluster.")
                .contains("No wave takes these clusters: c01, c09");
    }

    @Test
    void says_in_which_field_something_is_wrong() {
        var spec = Fleet.campaign(
                "clusters",
                Map.of("names", List.of("c01", "c9")),
                "waves",
                List.of(Map.of("name", "canary", "clusters", Map.of("names", List.of("c02"))), Map.of("name", "rest")));

        assertThat(CampaignCreation.problems(spec, Fleet.of(3), "alice", Driver.START))
                .extracting(Problem::field)
                .containsExactly("clusters.names[1]", "waves[0].clusters.names[0]", "waves[0].clusters");
    }

    @Test
    void a_refused_campaign_may_be_created_again_and_the_same_refusal_changes_nothing() {
        Driver driver = Driver.started(2, "clusters", Map.of("names", List.of("c07")));
        var before = driver.state;
        driver.create(Fleet.campaign("clusters", Map.of("names", List.of("c07"))));
        assertThat(driver.state).isSameAs(before);
        assertThat(driver.retry(null).refusal()).contains("has not begun");

        driver.create(Fleet.campaign());
        assertThat(driver.phase()).isEqualTo(CampaignPhase.RUNNING);
        assertThat(driver.inFlight()).containsExactly("c01", "c02");
    }

    @Test
    void refuses_a_selection_that_fits_nothing() {
        Driver driver = Driver.started(2, "clusters", Map.of("matchLabels", Map.of("env", "none")));

        assertThat(driver.status().reason())
                .isEqualTo("Refused, nothing was started: No cluster is selected: of 2 known none fits 'clusters'.");
    }

    @Test
    void a_wave_of_what_is_left_may_be_empty() {
        Driver driver = Driver.started(
                1, "waves", List.of(Map.of("name", "one", "clusters", Map.of("count", 5)), Map.of("name", "rest")));

        assertThat(driver.finish("c01").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    @Test
    void notes_why_a_cluster_was_out_of_reach() {
        Driver driver = new Driver(0);
        driver.fleet = List.of(
                new ClusterCandidate(ClusterId.of("c01"), Map.of(), "its kubeconfig cannot be used: it is no YAML"));
        driver.create(Fleet.campaign());

        assertThat(driver.cluster("c01").findings().notes())
                .containsExactly(
                        "It was out of reach when the campaign was created: its kubeconfig cannot be used: it is no YAML");
    }
}
