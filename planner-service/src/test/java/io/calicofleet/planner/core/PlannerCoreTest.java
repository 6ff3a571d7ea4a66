package io.calicofleet.planner.core;

import static io.calicofleet.event.StepKind.BACKUP;
import static io.calicofleet.event.StepKind.INSPECT;
import static io.calicofleet.event.StepKind.PROTECT_HOST_ENDPOINTS;
import static io.calicofleet.event.StepKind.RELEASE_HOST_ENDPOINTS;
import static io.calicofleet.event.StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC;
import static io.calicofleet.event.StepKind.UPGRADE;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepSucceeded;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The sentences of {@link PlannerCore}'s Javadoc about steps, clusters and commands; waves are in {@link WaveRulesTest}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PlannerCoreTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Nested
    class Steps {

        @Test
        void upgrades_a_cluster_through_every_step_of_its_route() {
            Driver driver = Driver.started(1).finish("c01");

            assertThat(driver.kinds("c01"))
                    .containsExactly(
                            INSPECT,
                            BACKUP,
                            PROTECT_HOST_ENDPOINTS,
                            UPGRADE,
                            REVIEW_HOST_ENDPOINT_TRAFFIC,
                            RELEASE_HOST_ENDPOINTS);
            assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.SUCCEEDED);
            assertThat(driver.phase()).isEqualTo(CampaignPhase.SUCCEEDED);
            assertThat(driver.status().summary()).contains("1 of 1 clusters upgraded");
        }

        @Test
        void asks_for_the_next_step_only_when_success_and_verdict_are_both_in() {
            Driver driver = Driver.started(1).reach("c01", UPGRADE).act("c01");
            assertThat(driver.step("c01").kind()).isEqualTo(UPGRADE);

            driver.pass("c01");
            assertThat(driver.step("c01").kind()).isEqualTo(REVIEW_HOST_ENDPOINT_TRAFFIC);
        }

        @Test
        void takes_the_verdict_before_the_success() {
            Driver driver = Driver.started(1).reach("c01", UPGRADE).pass("c01");
            assertThat(driver.step("c01").kind()).isEqualTo(UPGRADE);

            driver.act("c01");
            assertThat(driver.step("c01").kind()).isEqualTo(REVIEW_HOST_ENDPOINT_TRAFFIC);
        }

        @Test
        void stops_the_cluster_when_its_step_fails() {
            Driver driver = Driver.started(1).failStep("c01", FailureReason.API_UNAVAILABLE);

            assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.FAILED);
            assertThat(driver.cluster("c01").findings().holdReason()).isEqualTo(HoldReason.STEP_FAILED);
            assertThat(driver.cluster("c01").findings().message())
                    .isEqualTo(FailureReason.API_UNAVAILABLE.sentence() + " it went wrong");
        }

        @Test
        void holds_the_cluster_whose_kubeconfig_the_inspection_finds_unusable_and_lets_the_others_go_on() {
            Driver driver = Driver.started(2, "failureBudget", Map.of("maxFailures", 0))
                    .failStep("c01", FailureReason.KUBECONFIG_UNUSABLE);

            assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.HELD);
            assertThat(driver.cluster("c01").findings().holdReason()).isEqualTo(HoldReason.PREFLIGHT_OBJECTIONS);
            assertThat(driver.cluster("c01").findings().objections()).containsExactly("it went wrong");
            assertThat(driver.finish("c02").phase("c02")).isEqualTo(ClusterPhase.SUCCEEDED);
            assertThat(driver.retry("c01").phase("c01")).isEqualTo(ClusterPhase.RUNNING);
        }

        @Test
        void stops_the_cluster_whose_kubeconfig_is_unusable_later() {
            Driver driver = Driver.started(1).reach("c01", UPGRADE).failStep("c01", FailureReason.KUBECONFIG_UNUSABLE);

            assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.FAILED);
        }

        @Test
        void stops_the_cluster_when_its_gate_fails_even_before_the_step_reports() {
            Driver driver = Driver.started(1).reach("c01", UPGRADE).failGate("c01");

            assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.FAILED);
            assertThat(driver.cluster("c01").findings().holdReason()).isEqualTo(HoldReason.GATE_FAILED);
        }

        @Test
        void starts_at_the_inspection_again_with_the_next_ordinals() {
            Driver driver =
                    Driver.started(1).reach("c01", UPGRADE).failGate("c01").retry("c01");
            assertThat(driver.step("c01")).isEqualTo(StepId.parse("calico-3-22/c01/inspect/2"));

            driver.reach("c01", UPGRADE);
            assertThat(driver.step("c01").ordinal()).isEqualTo(2);
        }

        @Test
        void protects_again_on_a_retry_although_the_cluster_reads_newer_by_then() {
            Driver driver =
                    Driver.started(1).reach("c01", UPGRADE).failGate("c01").retry("c01");
            var facts = new Fleet.Facts().at(Fleet.TARGET);
            facts.temporaryPolicy = true;
            facts.hostEndpoints = List.of(Fleet.Facts.hostEndpoint(true));
            driver.facts = facts.build();

            driver.finish("c01");
            assertThat(driver.kinds("c01").subList(4, 10))
                    .containsExactly(
                            INSPECT,
                            BACKUP,
                            PROTECT_HOST_ENDPOINTS,
                            UPGRADE,
                            REVIEW_HOST_ENDPOINT_TRAFFIC,
                            RELEASE_HOST_ENDPOINTS);
            assertThat(driver.request("c01").parameters().source()).isEqualTo(Fleet.SOURCE);
        }

        @Test
        void succeeds_at_once_where_nothing_is_to_be_done() {
            Driver driver = new Driver(1);
            var facts = new Fleet.Facts().at(Fleet.TARGET);
            facts.hostEndpoints = List.of();
            driver.facts = facts.build();
            driver.create(Fleet.campaign()).complete("c01");

            assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.SUCCEEDED);
            assertThat(driver.cluster("c01").findings().notes())
                    .anyMatch(note -> note.contains("runs v3.22.5 already"));
        }

        @Test
        void fails_a_cluster_whose_inspection_brought_no_facts() {
            Driver driver = Driver.started(1);
            driver.report(new StepSucceeded(driver.step("c01"), null, List.of(), List.of(), "done"));

            assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.FAILED);
        }
    }

    @Nested
    class Stale_and_double {

        @Test
        void a_report_of_an_older_attempt_changes_nothing() {
            Driver driver = Driver.started(1);
            StepId first = driver.step("c01");
            driver.failStep("c01", FailureReason.LEASE_HELD).retry("c01");
            var before = driver.state;

            driver.report(new StepSucceeded(first, Fleet.facts(), List.of(), List.of(), "late"));
            assertThat(driver.state).isSameAs(before);
            assertThat(driver.last.effects()).isEmpty();
        }

        @Test
        void a_report_for_another_campaign_or_cluster_changes_nothing() {
            Driver driver = Driver.started(1);
            var before = driver.state;

            driver.report(new StepSucceeded(
                    StepId.parse("other/c01/inspect/1"), Fleet.facts(), List.of(), List.of(), "other"));
            driver.report(new StepSucceeded(
                    StepId.parse("calico-3-22/c77/inspect/1"), Fleet.facts(), List.of(), List.of(), "other"));
            assertThat(driver.state).isSameAs(before);
        }

        @Test
        void every_report_a_second_time_changes_nothing() {
            Driver driver = Driver.started(1).reach("c01", UPGRADE).accept("c01");
            var progressed = new StepProgressed(driver.step("c01"), 2, 3, "nodes", "2 of 3");
            driver.report(progressed);
            var before = driver.state;
            driver.report(progressed).accept("c01");
            assertThat(driver.state).isSameAs(before);

            driver.act("c01");
            before = driver.state;
            driver.act("c01");
            assertThat(driver.state).isSameAs(before);
        }

        @Test
        void progress_that_comes_late_does_not_turn_back() {
            Driver driver = Driver.started(1).reach("c01", UPGRADE);
            driver.report(new StepProgressed(driver.step("c01"), 2, 3, "nodes", "2 of 3"));
            driver.report(new StepProgressed(driver.step("c01"), 1, 3, "nodes", "1 of 3"));

            assertThat(driver.cluster("c01").inFlight().done()).isEqualTo(2);
        }

        @Test
        void the_same_creation_again_changes_nothing_and_another_is_refused() {
            Driver driver = Driver.started(2);
            var before = driver.state;

            driver.create(Fleet.campaign());
            assertThat(driver.state).isSameAs(before);
            assertThat(driver.last.effects()).isEmpty();

            driver.create(Fleet.campaign("target", "v3.21.6"));
            assertThat(driver.state).isEqualTo(before);
            assertThat(driver.refusal()).contains("exists with other contents");
        }

        @Test
        void a_finished_campaign_changes_no_more() {
            Driver driver = Driver.started(1).finish("c01");
            var before = driver.state;

            driver.retry(null)
                    .skip("c01")
                    .pause()
                    .resume()
                    .abort()
                    .approve(null)
                    .create(Fleet.campaign());
            assertThat(driver.state).isEqualTo(before);
            driver.retry("c01");
            assertThat(driver.refusal()).contains("succeeded");
            assertThat(driver.status().reason()).startsWith("Refused: ");
        }

        @Test
        void time_does_not_run_backwards() {
            Driver driver = Driver.started(1);
            driver.now = Driver.START.minusSeconds(60);
            driver.accept("c01");

            assertThat(driver.cluster("c01").updatedAt()).isEqualTo(Driver.START);
        }
    }

    @Nested
    class Statuses_told {

        @Test
        void a_change_of_phase_is_told_at_once_and_the_rest_with_the_next_tick() {
            Driver driver = Driver.started(1);
            driver.accept("c01");
            assertThat(driver.last.effects()).isEmpty();

            driver.tick(SECOND);
            assertThat(driver.last.effects())
                    .hasSize(2)
                    .anyMatch(effect -> effect instanceof Effect.PublishClusterStatus status
                            && status.status().steps().getLast().state().equals("accepted"));
            assertThat(driver.tick(SECOND).last.effects()).isEmpty();
        }

        @Test
        void a_cluster_says_what_it_is_at_and_what_is_to_come() {
            Driver driver = Driver.started(1).reach("c01", UPGRADE);
            driver.report(new StepProgressed(driver.step("c01"), 3, 10, "nodes", "3 of 10"));
            driver.tick(SECOND);
            var status = driver.last.effects().stream()
                    .filter(Effect.PublishClusterStatus.class::isInstance)
                    .map(effect -> ((Effect.PublishClusterStatus) effect).status())
                    .findFirst()
                    .orElseThrow();

            assertThat(status.summary()).startsWith("c01: upgrade, 3 of 10 nodes.");
            assertThat(status.remaining()).containsExactly("review-host-endpoint-traffic", "release-host-endpoints");
            assertThat(status.source()).isEqualTo(CalicoVersion.parse("v3.13.4"));
            assertThat(status.steps()).hasSize(4);
        }
    }
}
