package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterId;
import io.calicofleet.planner.core.document.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Campaigns that cannot work, as far as announced versions and the catalogue tell. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class VersionProblemsTest {

    @ParameterizedTest
    @ValueSource(strings = {"v3.99.0", "v2.6.0", "v4.0.0"})
    void a_target_of_no_known_line_is_refused(String target) {
        assertThat(problems(target, "")).singleElement().satisfies(problem -> {
            assertThat(problem.field()).isEqualTo("target");
            assertThat(problem.message()).contains(target, "of no release line the catalogue knows", "v3.0 to v3.33");
        });
    }

    @Test
    void a_pre_release_is_refused() {
        assertThat(problems("v3.22.0-0.dev", "v3.13.4"))
                .extracting(Problem::message)
                .containsExactly("The target v3.22.0-0.dev is a pre-release. Choose a release.");
    }

    @Test
    void a_way_back_for_all_clusters_is_refused_and_names_them_by_what_they_have() {
        assertThat(problems("v3.22.5", "v3.25.1", "v3.25.1", "v3.26.0"))
                .extracting(Problem::message)
                .satisfiesExactly(
                        first -> assertThat(first)
                                .startsWith("c1, c2: The cluster has v3.25.1, which is newer than the target"),
                        second -> assertThat(second).startsWith("c3: The cluster has v3.26.0"));
    }

    @Test
    void a_step_too_far_for_all_clusters_is_refused_with_what_lies_between() {
        assertThat(problems("v3.32.1", "v3.13.4"))
                .extracting(Problem::message)
                .satisfiesExactly(only -> assertThat(only)
                        .startsWith(
                                "c1: Calico v3.32 is upgraded to from v3.15.0 and later only; this cluster has v3.13.4.")
                        .contains("between them first: v3.27"));
    }

    @ParameterizedTest
    @CsvSource({"v3.25.1, v3.13.4", "v3.25.1, ''", "v3.22.5, v3.22.5", "'', ''"})
    void what_is_not_so_of_all_of_them_is_for_their_inspection(String one, String two) {
        assertThat(problems("v3.22.5", one, two)).isEmpty();
    }

    @Test
    void clusters_that_will_be_held_and_releases_nobody_published_are_told() {
        assertThat(notes("v3.22.5", "v3.25.1", "v3.13.4"))
                .satisfiesExactly(
                        only -> assertThat(only)
                                .startsWith(
                                        "By what they announce, 1 of 2 clusters will be held, such as c1: The cluster has v3.25.1"));
        assertThat(notes("v3.22.99", "v3.13.4"))
                .satisfiesExactly(only -> assertThat(only)
                        .startsWith(
                                "The last release of v3.22 that is known here is v3.22.5: v3.22.99 was not published"));
        assertThat(notes("v3.22.5", "v3.13.4", "")).isEmpty();
    }

    @Test
    void clusters_that_are_not_chosen_do_not_matter() {
        var one = Fleet.campaign("clusters", Map.of("names", List.of("c2")));

        assertThat(CampaignCreation.problems(one, fleet("v3.25.1", "v3.13.4"), Fleet.CATALOGUE, "alice", Driver.START))
                .isEmpty();
    }

    @Test
    void a_command_that_came_another_way_is_refused_with_the_same_words() {
        Driver driver = new Driver(0);
        driver.fleet = fleet("v3.25.1");
        var spec = Fleet.campaign();
        driver.create(spec);

        assertThat(driver.state.header().reason())
                .isEqualTo("Refused, nothing was started: "
                        + CampaignCreation.problems(spec, driver.fleet, Fleet.CATALOGUE, "alice", Driver.START)
                                .getFirst()
                                .message());
    }

    private static List<Problem> problems(String target, String... versions) {
        return CampaignCreation.problems(
                Fleet.campaign("target", target), fleet(versions), Fleet.CATALOGUE, "alice", Driver.START);
    }

    private static List<String> notes(String target, String... versions) {
        return CampaignCreation.notes(Fleet.campaign("target", target), fleet(versions), Fleet.CATALOGUE);
    }

    private static List<ClusterCandidate> fleet(String... versions) {
        List<String> all = Arrays.asList(versions);
        return IntStream.range(0, all.size())
                .mapToObj(i -> new ClusterCandidate(
                        ClusterId.of("c" + (i + 1)),
                        Map.of(),
                        "",
                        all.get(i).isEmpty() ? null : CalicoVersion.parse(all.get(i))))
                .toList();
    }
}
