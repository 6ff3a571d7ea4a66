package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FailureSeen;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.SharedFailure;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.Stop;
import io.calicofleet.planner.core.why.Explanations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What a campaign says of its failures, and what it makes of a stop that came of them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FailuresSeenTest {

    private static final String IMAGE =
            "DaemonSet kube-system/calico-node: pod calico-node-x7k2p on n1: ImagePullBackOff (image calico/node:v3.22.5)";

    @Test
    void a_gate_that_fails_is_told_with_each_of_its_reasons_and_with_who_would_be_next() {
        Driver driver = Driver.started(12, "maxConcurrent", 2);
        driver.reach("c01", StepKind.UPGRADE).act("c01");
        failPods(driver, "c01", "missing: " + IMAGE, "missing: DaemonSet kube-system/calico-node: 2 of 3 pods ready");

        assertThat(failures(driver)).singleElement().satisfies(seen -> {
            assertThat(seen.step()).hasToString("calico-3-22/c01/upgrade/1");
            assertThat(seen.reason()).isEqualTo("pods");
            assertThat(seen.what())
                    .isEqualTo("DaemonSet kube-system/calico-node: pod: ImagePullBackOff (image calico/node:v3.22.5)");
            assertThat(seen.clusters()).isEqualTo(3);
            assertThat(seen.within()).isEqualTo(Duration.ofDays(1));
            assertThat(seen.begun()).isEqualTo(2);
            assertThat(seen.next()).extracting(ClusterId::value).containsExactly("c03", "c04", "c05", "c06", "c07");
            assertThat(seen.source()).hasToString("v3.13.4");
        });
    }

    @Test
    void two_clusters_on_which_the_same_step_fails_alike_have_the_same_signature_and_others_have_not() {
        Driver driver = Driver.started(4, "maxConcurrent", 4, "failureBudget", Map.of("maxFailures", 4));
        for (String cluster : List.of("c01", "c02", "c03")) {
            driver.reach(cluster, StepKind.BACKUP);
            driver.report(new StepFailed(
                    driver.step(cluster),
                    FailureReason.FORBIDDEN,
                    cluster + " may not write secrets on " + (cluster.equals("c03") ? "/apis" : "/api"),
                    List.of(),
                    ""));
        }
        driver.reach("c04", StepKind.UPGRADE);
        driver.report(new StepFailed(
                driver.step("c04"), FailureReason.FORBIDDEN, "c04 may not write secrets on /api", List.of(), ""));
        List<String> signatures =
                failures(driver).stream().map(FailureSeen::signature).toList();
        assertThat(signatures).hasSize(4);
        assertThat(signatures.get(1)).isEqualTo(signatures.get(0));
        assertThat(signatures.subList(1, 4)).doesNotHaveDuplicates();
    }

    @Test
    void what_says_nothing_of_the_release_is_not_told() {
        Driver driver = Driver.started(3, "maxConcurrent", 3, "failureBudget", Map.of("maxFailures", 3));
        driver.failStep("c01", FailureReason.API_UNAVAILABLE);
        driver.failStep("c02", FailureReason.LEASE_HELD);
        assertThat(failures(driver)).isEmpty();
        driver.reach("c03", StepKind.UPGRADE).failStep("c03", FailureReason.API_UNAVAILABLE);
        assertThat(failures(driver)).hasSize(1);
    }

    @Test
    void a_campaign_says_how_many_are_enough_and_may_say_that_its_failures_stop_nobody() {
        Driver share =
                Driver.started(10, "failureBudget", Map.of("sameFailure", Map.of("clusters", "20%", "within", "PT2H")));
        share.reach("c01", StepKind.BACKUP).failStep("c01", FailureReason.FORBIDDEN);
        assertThat(failures(share)).singleElement().satisfies(seen -> {
            assertThat(seen.clusters()).isEqualTo(2);
            assertThat(seen.within()).isEqualTo(Duration.ofHours(2));
        });
        Driver none = Driver.started(10, "failureBudget", Map.of("sameFailure", Map.of("clusters", 0)));
        none.reach("c01", StepKind.BACKUP).failStep("c01", FailureReason.FORBIDDEN);
        assertThat(failures(none)).isEmpty();
    }

    @Test
    void a_stop_by_a_failure_is_told_with_what_failed_where_and_who_would_be_next_here() {
        Driver driver = Driver.started(5, "maxConcurrent", 2);
        Stop stop = new Stop(
                null,
                "The same failure on 3 of 9 clusters",
                Driver.START,
                new SharedFailure(
                        StepKind.UPGRADE,
                        "pods",
                        "no image",
                        List.of(ClusterId.of("eu-1")),
                        9,
                        List.of(driver.name),
                        List.of("region=eu"),
                        List.of(ClusterId.of("eu-9"))));
        driver.feed(new PlannerInput.StopHeard(Times.at(driver.now), stop));
        assertThat(driver.status().reason())
                .isEqualTo(
                        "Everything is stopped by calico-fleet itself since 2026-11-23T08:00:00Z: The same failure on 3"
                                + " of 9 clusters. In this campaign c03, c04, c05 would start next.");
        assertThat(Explanations.of(
                                Statuses.of(driver.state, "", Times.at(driver.now)),
                                Statuses.of(driver.state, driver.cluster("c03")),
                                driver.now)
                        .reasons()
                        .getFirst()
                        .evidence())
                .containsExactly(
                        "failed: upgrade (pods) no image",
                        "on: eu-1, in calico-3-22",
                        "in common: region=eu",
                        "would be next: eu-9");
    }

    private static void failPods(Driver driver, String cluster, String... missing) {
        driver.judge(new StepJudged(
                driver.step(cluster),
                Outcome.FAILED,
                List.of(new GateResult(GateKind.PODS, Outcome.FAILED, "Missing at the deadline", List.of(missing))),
                null,
                "The gate pods failed."));
    }

    private static List<FailureSeen> failures(Driver driver) {
        return driver.effects.stream()
                .filter(Effect.TellFailure.class::isInstance)
                .map(effect -> ((Effect.TellFailure) effect).failure())
                .toList();
    }
}
