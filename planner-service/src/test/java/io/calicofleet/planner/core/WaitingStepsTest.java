package io.calicofleet.planner.core;

import static io.calicofleet.event.StepKind.UPGRADE;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Explanation.Reason;
import io.calicofleet.event.GatesMissing;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.planner.core.why.Explanations;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What a step waits for while it goes on by itself. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WaitingStepsTest {

    @Test
    void what_the_gates_of_a_step_miss_is_told_shortly_and_in_full_until_they_are_judged() {
        Driver driver = Driver.started(1).reach("c01", UPGRADE).act("c01");
        GatesMissing said =
                missing(driver, "c01", List.of("pods: one", "version: another", "network-unchanged: a third"));

        driver.hear(said).report(new StepProgressed(driver.step("c01"), 3, 3, "nodes", "c01 goes on", null));

        assertThat(status(driver).summary())
                .isEqualTo("c01: upgrade, 3 of 3 nodes. It waits for gate pods: one, and 2 more.");
        assertThat(status(driver).stepWaits()).isEqualTo(said.missing());
        assertThat(reasons(driver)).singleElement().satisfies(reason -> {
            assertThat(reason.sentence()).isEqualTo("upgrade, 3 of 3 nodes. It waits for gate pods: one, and 2 more.");
            assertThat(reason.evidence()).containsExactly("version: another", "network-unchanged: a third");
        });

        driver.pass("c01").hear(said);

        assertThat(status(driver).summary()).doesNotContain("pods: one");
        assertThat(status(driver).stepWaits()).isEmpty();
    }

    @Test
    void of_many_things_the_first_are_kept_and_all_are_counted() {
        Driver driver = Driver.started(1).reach("c01", UPGRADE).act("c01");
        List<String> many =
                IntStream.rangeClosed(1, 500).mapToObj(i -> "pods: " + i).toList();

        driver.hear(missing(driver, "c01", many));

        assertThat(status(driver).summary()).endsWith("It waits for gate pods: 1, and 499 more.");
        assertThat(status(driver).stepWaits()).hasSize(10).endsWith("pods: 9", "and 491 more");
    }

    @Test
    void where_many_clusters_wait_some_are_told_apart_and_the_others_together() {
        Driver driver = Driver.started(30, "maxConcurrent", 30);
        for (int i = 1; i <= 30; i++) {
            String id = "c%02d".formatted(i);
            driver.reach(id, UPGRADE).act(id);
            driver.hear(missing(driver, id, List.of("pods: of " + id)));
        }

        List<Reason> reasons = reasons(driver);

        assertThat(reasons).hasSize(11);
        assertThat(reasons)
                .filteredOn(reason -> reason.count() == 20)
                .singleElement()
                .extracting(Reason::sentence)
                .isEqualTo("In step upgrade.");
        assertThat(reasons.stream().mapToInt(Reason::count).sum()).isEqualTo(30);
    }

    @Test
    void what_a_step_waits_for_is_told_and_as_long_as_that_is_repeated_it_is_not_silent() {
        Driver driver = Driver.started(1).reach("c01", UPGRADE).act("c01");
        String why = "the operator says that calico is degraded: no pull secret";
        for (int minute = 0; minute < 60; minute++) {
            driver.tick(Duration.ofMinutes(1))
                    .report(new StepProgressed(driver.step("c01"), 0, 3, "nodes", "c01 waits", why));
        }

        assertThat(driver.state.silent()).isEmpty();
        assertThat(status(driver).summary()).isEqualTo("c01: upgrade waits: " + why);
        assertThat(reasons(driver)).singleElement().satisfies(reason -> {
            assertThat(reason.sentence()).isEqualTo("upgrade waits: " + why);
            assertThat(reason.evidence()).as("the sentence says it").isEmpty();
        });

        driver.tick(PlannerSettings.DEFAULT.silencePatience().plusMillis(1));
        assertThat(driver.state.silent()).as("however long its gates may take").hasSize(1);
    }

    private static GatesMissing missing(Driver driver, String cluster, List<String> lines) {
        return new GatesMissing(driver.step(cluster), lines, "");
    }

    private static ClusterStatus status(Driver driver) {
        return Statuses.of(driver.state, driver.cluster("c01"));
    }

    private static List<Reason> reasons(Driver driver) {
        List<ClusterStatus> clusters = driver.state.running().stream()
                .map(ClusterId::value)
                .map(id -> Statuses.of(driver.state, driver.cluster(id)))
                .toList();
        return Explanations.of(Statuses.of(driver.state, "", Times.at(driver.now)), clusters, driver.now)
                .reasons();
    }
}
