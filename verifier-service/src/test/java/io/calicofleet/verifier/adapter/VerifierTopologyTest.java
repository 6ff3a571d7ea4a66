package io.calicofleet.verifier.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.ContinuityFact;
import io.calicofleet.event.ContinuityObservation;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.HostPaths;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.TrafficMode;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.verifier.Observations;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class VerifierTopologyTest {

    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);
    private static final GateRequirement PODS = GateRequirement.of(GateKind.PODS, Duration.ofMinutes(15));
    private static final ClusterObservation BROKEN = Observations.withPods(TARGET, TARGET, 2);
    private static final String STEP = "calico-3-22/c01/upgrade/1";

    private final TopologyFixture fixture = new TopologyFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Nested
    class Judging {

        @Test
        void a_check_that_satisfies_every_gate_becomes_a_verdict_keyed_by_campaign() {
            // When
            fixture.request(STEP, PODS);
            fixture.check(STEP, "run", 1, true, Observations.settled(TARGET));
            // Then
            TestRecord<String, StepJudged> verdict = fixture.onlyVerdict();
            assertThat(verdict.key()).isEqualTo("calico-3-22");
            assertThat(verdict.value().outcome()).isEqualTo(Outcome.PASSED);
            assertThat(verdict.value().gates()).singleElement().satisfies(gate -> {
                assertThat(gate.gate()).isEqualTo(GateKind.PODS);
                assertThat(gate.evidence()).isNotEmpty();
            });
            assertThat(fixture.header(verdict, "ce_id")).isEqualTo(STEP + "/verdict/passed");
            assertThat(fixture.header(verdict, "ce_source")).isEqualTo("/calico-fleet/verifier");
            assertThat(fixture.header(verdict, "ce_traceparent")).isEqualTo(TopologyFixture.TRACE.traceparent());
            assertThat(fixture.meters.stillOpen()).isZero();
        }

        @Test
        void a_cluster_that_stays_broken_fails_once_it_was_seen_for_as_long_as_its_deadline() {
            // Given
            fixture.request(STEP, PODS);
            fixture.advance(Duration.ofHours(1));
            // When
            fixture.watch(STEP, "run", BROKEN, Duration.ofMinutes(15));
            assertThat(fixture.verdicts()).as("the first check begins the time").isEmpty();
            fixture.watch(STEP, "run", BROKEN, Duration.ofSeconds(10));
            // Then
            StepJudged verdict = fixture.onlyVerdict().value();
            assertThat(verdict.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(verdict.summary()).contains("pods", "Missing at the deadline: ");
            assertThat(evidence(verdict)).anySatisfy(line -> assertThat(line).startsWith("seen for 15m00s since"));
        }

        @Test
        void what_gates_miss_is_told_after_half_a_minute_and_again_where_it_has_changed() {
            // Given
            fixture.request(STEP, PODS);
            fixture.advance(Duration.ofMinutes(5));
            fixture.check(STEP, "run", 1, false, BROKEN);
            // When
            fixture.watch(STEP, "run", BROKEN, Duration.ofSeconds(30));
            assertThat(fixture.missing()).isEmpty();
            fixture.watch(STEP, "run", BROKEN, Duration.ofMinutes(5));
            // Then
            assertThat(fixture.missing())
                    .singleElement()
                    .satisfies(lines -> assertThat(lines).isNotEmpty().allMatch(line -> line.startsWith("pods: ")));
            // When
            fixture.watch(STEP, "run", Observations.withPods(TARGET, TARGET, 1), Duration.ofMinutes(1));
            // Then
            assertThat(fixture.missing()).hasSize(2).doesNotHaveDuplicates();
        }

        @Test
        void a_step_that_hears_nothing_is_undecided_at_its_limit_and_never_failed() {
            fixture.request(STEP, PODS);
            fixture.advance(TopologyFixture.LIMIT.minusMinutes(20));
            assertThat(fixture.verdicts()).isEmpty();

            fixture.advance(Duration.ofMinutes(21));

            StepJudged verdict = fixture.onlyVerdict().value();
            assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECIDED);
            assertThat(verdict.summary()).contains("any observation of the cluster", "PT48H", "seen for 0s");
        }

        @Test
        void a_step_without_gates_is_never_judged() {
            fixture.request(STEP);
            fixture.check(STEP, "run", 1, true, Observations.settled(TARGET));
            fixture.advance(Duration.ofHours(1));

            assertThat(fixture.verdicts()).isEmpty();
            assertThat(fixture.meters.stillOpen()).isZero();
        }

        @Test
        void a_check_of_a_step_nobody_asked_for_is_overlooked() {
            fixture.check(STEP, "run", 1, true, Observations.settled(TARGET));

            assertThat(fixture.verdicts()).isEmpty();
            assertThat(fixture.meters.count(VerifierMeters.Checked.UNKNOWN_STEP))
                    .isEqualTo(1);
        }

        @Test
        void a_check_that_overtakes_the_request_of_its_step_counts_once_that_arrives() {
            fixture.check(STEP, "run", 1, true, Observations.settled(TARGET));
            assertThat(fixture.verdicts()).isEmpty();
            fixture.request(STEP, PODS);

            assertThat(fixture.onlyVerdict().value().outcome()).isEqualTo(Outcome.PASSED);
        }

        @Test
        void a_duplicate_request_keeps_what_was_seen() {
            GateRequirement version = GateRequirement.of(GateKind.VERSION, Duration.ofMinutes(5));
            fixture.request(STEP, PODS, version);
            fixture.check(STEP, "run", 1, true, Observations.settled(TARGET));
            fixture.request(STEP, PODS, version);
            fixture.check(STEP, "run", 2, true, Observations.settled(TARGET));

            assertThat(fixture.onlyVerdict().value().outcome()).isEqualTo(Outcome.PASSED);
        }

        @Test
        void a_step_of_a_campaign_that_does_not_have_the_cluster_replaces_none() {
            fixture.requestGranted(STEP, 7, PODS);
            fixture.requestGranted("another/c01/upgrade/1", 6, PODS);
            fixture.request("a-third/c01/upgrade/1", PODS);
            fixture.check(STEP, "run", 1, true, Observations.settled(TARGET));

            assertThat(fixture.onlyVerdict().value().outcome()).isEqualTo(Outcome.PASSED);
        }

        @Test
        void a_step_of_the_campaign_that_has_the_cluster_now_replaces_the_one_before() {
            fixture.requestGranted(STEP, 7, PODS);
            fixture.requestGranted("another/c01/upgrade/1", 8, PODS);
            fixture.check("another/c01/upgrade/1", "run", 1, true, Observations.settled(TARGET));

            assertThat(fixture.onlyVerdict().key()).isEqualTo("another");
        }

        @Test
        void a_newer_step_of_the_cluster_replaces_the_older_one() {
            fixture.request(STEP, PODS);
            fixture.request("calico-3-22/c01/upgrade/2", PODS);
            fixture.check(STEP, "run", 1, true, Observations.settled(TARGET));
            assertThat(fixture.verdicts()).isEmpty();
            fixture.check("calico-3-22/c01/upgrade/2", "run", 2, true, Observations.settled(TARGET));

            assertThat(fixture.onlyVerdict().value().step()).hasToString("calico-3-22/c01/upgrade/2");
            fixture.advance(Duration.ofHours(1));
            assertThat(fixture.verdicts()).isEmpty();
        }

        @Test
        void clusters_are_judged_apart_from_each_other() {
            fixture.request(STEP, PODS);
            fixture.request("calico-3-22/c02/upgrade/1", PODS);
            fixture.check(STEP, "run", 1, true, Observations.settled(TARGET));
            assertThat(fixture.onlyVerdict().value().step()).hasToString(STEP);
            fixture.watch("calico-3-22/c02/upgrade/1", "run", BROKEN, Duration.ofMinutes(16));
            assertThat(fixture.verdicts().getFirst().value().outcome()).isEqualTo(Outcome.FAILED);
        }
    }

    @Nested
    class Answering_again {

        @Test
        void a_check_of_a_judged_step_is_answered_with_the_same_verdict() {
            // Given
            fixture.request(STEP, PODS);
            fixture.check(STEP, "run", 1, true, Observations.settled(TARGET));
            TestRecord<String, StepJudged> first = fixture.onlyVerdict();
            // When a restarted executor observes anew, and worse
            fixture.advance(Duration.ofMinutes(1));
            fixture.check(STEP, "again", 1, true, Observations.EMPTY);
            // Then
            TestRecord<String, StepJudged> second = fixture.onlyVerdict();
            assertThat(second.value()).isEqualTo(first.value());
            assertThat(fixture.header(second, "ce_id")).isEqualTo(fixture.header(first, "ce_id"));
            assertThat(fixture.header(second, "ce_time")).isEqualTo(fixture.header(first, "ce_time"));
        }

        @Test
        void a_verdict_is_forgotten_after_a_while() {
            fixture.request(STEP, PODS);
            fixture.check(STEP, "run", 1, true, Observations.settled(TARGET));
            fixture.onlyVerdict();

            fixture.advance(TopologyFixture.FORGET_AFTER.plusSeconds(10));
            fixture.check(STEP, "again", 1, true, Observations.EMPTY);

            assertThat(fixture.verdicts()).isEmpty();
            assertThat(fixture.storedVerifications()).isEmpty();
        }
    }

    @Nested
    class Restarting {

        @Test
        void goes_on_from_the_changelog() {
            // Given
            GateRequirement version = GateRequirement.of(GateKind.VERSION, Duration.ofMinutes(5));
            fixture.request(STEP, PODS, version);
            fixture.check(STEP, "run", 1, true, Observations.settled(TARGET));
            // When
            fixture.restart();
            fixture.advance(Duration.ofSeconds(1));
            assertThat(fixture.meters.stillOpen()).isEqualTo(1);
            fixture.check(STEP, "run", 2, true, Observations.settled(TARGET));
            // Then
            assertThat(fixture.onlyVerdict().value().outcome()).isEqualTo(Outcome.PASSED);
        }

        @Test
        void what_a_step_has_waited_and_was_seen_is_kept() {
            // Given
            fixture.request(STEP, PODS);
            fixture.watch(STEP, "run", BROKEN, Duration.ofMinutes(10));
            fixture.advance(TopologyFixture.LIMIT.minusHours(1));
            // When
            fixture.restartAfter(Duration.ofDays(30));
            fixture.advance(Duration.ofSeconds(10));
            fixture.advance(Duration.ofMinutes(30));
            assertThat(fixture.verdicts()).isEmpty();
            fixture.advance(Duration.ofMinutes(20));
            // Then
            StepJudged verdict = fixture.onlyVerdict().value();
            assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECIDED);
            assertThat(verdict.summary()).contains("seen for 9m50s");
        }

        @Test
        void a_check_that_waited_in_the_topic_meanwhile_counts() {
            // Given
            fixture.request(STEP, PODS);
            fixture.restartAfter(Duration.ofMinutes(30));
            // When an observation made in time is read after the start
            fixture.checkAt(STEP, "run", 1, Observations.settled(TARGET), TopologyFixture.START.plusSeconds(60));
            // Then
            assertThat(fixture.onlyVerdict().value().outcome()).isEqualTo(Outcome.PASSED);
        }

        @Test
        void traffic_counted_before_still_counts() {
            // Given
            fixture.request("calico-3-22/c01/protect-host-endpoints/1");
            fixture.line("c01", "n1", TopologyFixture.packet(9100));
            fixture.restart();
            fixture.line("c01", "n1", TopologyFixture.packet(9100));
            // When
            fixture.request("calico-3-22/c01/review-host-endpoint-traffic/1", traffic(TrafficMode.ADVISORY));
            fixture.check(
                    "calico-3-22/c01/review-host-endpoint-traffic/1",
                    "run",
                    1,
                    true,
                    Observations.protectedNodes(List.of("n1")));
            fixture.watch(
                    "calico-3-22/c01/review-host-endpoint-traffic/1",
                    "run",
                    Observations.protectedNodes(List.of("n1")),
                    Duration.ofMinutes(30));
            // Then
            assertThat(fixture.onlyVerdict().value().review())
                    .satisfies(review -> assertThat(review.flows())
                            .singleElement()
                            .satisfies(flow -> {
                                assertThat(flow.port()).isEqualTo(9100);
                                assertThat(flow.packets()).isEqualTo(2);
                            }));
        }
    }

    @Nested
    class Listening {

        private static final String REVIEW = "calico-3-22/c01/review-host-endpoint-traffic/1";

        @Test
        void a_required_review_waits_for_an_approval_once_every_node_was_heard() {
            // Given
            fixture.request(REVIEW, traffic(TrafficMode.REQUIRED));
            fixture.check(REVIEW, "run", 1, true, Observations.protectedNodes(List.of("n1", "n2")));
            fixture.line("c01", "n1", TopologyFixture.packet(9100));
            fixture.watch(REVIEW, "run", Observations.protectedNodes(List.of("n1", "n2")), Duration.ofMinutes(31));
            assertThat(fixture.verdicts()).isEmpty();
            // When the silent node is heard
            fixture.line("c01", "n2", "6,1,1,-;eth0: link becomes ready");
            // Then
            StepJudged verdict = fixture.onlyVerdict().value();
            assertThat(verdict.outcome()).isEqualTo(Outcome.NEEDS_APPROVAL);
            assertThat(verdict.review()).isNotNull();
            assertThat(verdict.review().suggestedPolicy()).contains("name: calico-fleet-host-endpoints", "- 9100");
        }

        @Test
        void silent_nodes_fail_a_required_review_at_the_deadline_by_name() {
            fixture.request(REVIEW, traffic(TrafficMode.REQUIRED));
            fixture.check(REVIEW, "run", 1, true, Observations.protectedNodes(List.of("n1", "n2")));
            fixture.line("c01", "n1", TopologyFixture.packet(9100));
            fixture.watch(REVIEW, "run", Observations.protectedNodes(List.of("n1", "n2")), Duration.ofMinutes(40));

            StepJudged verdict = fixture.onlyVerdict().value();
            assertThat(verdict.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(verdict.summary()).contains("any line of the kernel's log from n2");
        }

        @Test
        void a_line_reaches_its_cluster_whatever_the_key_of_its_record_is() {
            fixture.request(REVIEW, traffic(TrafficMode.REQUIRED));
            fixture.check(REVIEW, "run", 1, true, Observations.protectedNodes(List.of("n1")));
            fixture.watch(REVIEW, "run", Observations.protectedNodes(List.of("n1")), Duration.ofMinutes(31));
            fixture.raw(
                    "traffic",
                    null,
                    "{\"cluster\":\"c01\",\"node\":\"n1\",\"log\":\"up\",\"stream\":\"stdout\",\"time\":1}",
                    new RecordHeaders());

            assertThat(fixture.onlyVerdict().value().outcome()).isEqualTo(Outcome.NEEDS_APPROVAL);
            assertThat(fixture.meters.count(VerifierMeters.Line.KEY_DIFFERS)).isEqualTo(1);
        }

        @Test
        void traffic_that_comes_after_an_approval_is_held_against_what_was_approved() {
            fixture.request(REVIEW, traffic(TrafficMode.REQUIRED));
            fixture.check(REVIEW, "run", 1, true, Observations.protectedNodes(List.of("n1")));
            fixture.line("c01", "n1", TopologyFixture.packet(9100));
            fixture.watch(REVIEW, "run", Observations.protectedNodes(List.of("n1")), Duration.ofMinutes(30));
            TrafficReview review = fixture.onlyVerdict().value().review();
            // When new traffic comes between the verdict and the end of the confirmation
            fixture.line("c01", "n1", TopologyFixture.packet(40080));
            String confirmation = "calico-3-22/c01/release-host-endpoints/1";
            GateRequirement approved =
                    traffic(TrafficMode.REQUIRED).approved(List.of(review.suggestedPolicy()), Duration.ofMinutes(1));
            fixture.request(confirmation, approved);
            fixture.check(confirmation, "run", 2, true, Observations.protectedNodes(List.of("n1")));
            fixture.restart();
            fixture.watch(confirmation, "run", Observations.protectedNodes(List.of("n1")), Duration.ofSeconds(70));
            // Then it is named
            StepJudged verdict = fixture.onlyVerdict().value();
            assertThat(verdict.outcome()).isEqualTo(Outcome.NEEDS_APPROVAL);
            assertThat(verdict.review().added()).containsExactly("ingress tcp 40080 from 203.0.113.0/24");
            // When that is approved too
            String again = "calico-3-22/c01/release-host-endpoints/2";
            fixture.request(
                    again,
                    traffic(TrafficMode.REQUIRED)
                            .approved(List.of(verdict.review().suggestedPolicy()), Duration.ofMinutes(1)));
            fixture.check(again, "run", 3, true, Observations.protectedNodes(List.of("n1")));
            fixture.line("c01", "n1", TopologyFixture.packet(9100));
            fixture.watch(again, "run", Observations.protectedNodes(List.of("n1")), Duration.ofMinutes(1));
            // Then it passes
            assertThat(fixture.onlyVerdict().value().outcome()).isEqualTo(Outcome.PASSED);
        }

        @Test
        void only_lines_with_the_prefix_of_the_cluster_are_its_traffic() {
            fixture.request(REVIEW, traffic(TrafficMode.REQUIRED));
            fixture.check(REVIEW, "run", 1, true, Observations.withLogPrefixes("n1", "of-this-cluster"));
            fixture.restart();
            fixture.line("c01", "n1", TopologyFixture.packet(9100));
            fixture.line("c01", "n1", TopologyFixture.packet(9200).replace("calico-packet", "of-this-cluster"));
            fixture.watch(
                    REVIEW,
                    "run",
                    Observations.withLogPrefixes("n1", "of-this-cluster"),
                    Duration.ofMinutes(30).plusSeconds(10));

            assertThat(fixture.onlyVerdict().value().review().flows())
                    .singleElement()
                    .satisfies(flow -> assertThat(flow.port()).isEqualTo(9200));
        }

        @Test
        void what_the_prober_sent_while_the_nodes_rolled_is_left_out_of_the_review() {
            // Given a step that is measured, with paths between hosts
            fixture.request("calico-3-22/c01/protect-host-endpoints/1");
            String upgrade = "calico-3-22/c01/upgrade/1";
            fixture.request(
                    upgrade,
                    GateRequirement.ofContinuity(
                            Duration.ofMinutes(10), ContinuitySpec.DEFAULT.withHosts(HostPaths.REQUIRED, 9443)));
            fixture.line("c01", "n1", TopologyFixture.packet(9443).replace("203.0.113.7", "10.0.0.2"));
            fixture.line("c01", "n1", TopologyFixture.packet(9100));
            fixture.check(upgrade, "run", 1, true, Observations.EMPTY.withContinuity(measured("host-to-host")));
            // When
            fixture.restart();
            fixture.request(REVIEW, traffic(TrafficMode.REQUIRED));
            fixture.check(REVIEW, "run", 2, true, Observations.protectedNodes(List.of("n1")));
            fixture.watch(REVIEW, "run", Observations.protectedNodes(List.of("n1")), Duration.ofMinutes(30));
            // Then
            TrafficReview review = fixture.onlyVerdict().value().review();
            assertThat(review.suggestedPolicy()).contains("- 9100").doesNotContain("9443");
            assertThat(review.notes()).anyMatch(note -> note.startsWith("1 flow of the prober left out"));
        }

        @Test
        void where_no_prober_was_on_the_hosts_its_port_is_traffic_as_any_other() {
            fixture.request("calico-3-22/c01/protect-host-endpoints/1");
            String upgrade = "calico-3-22/c01/upgrade/1";
            fixture.request(upgrade, GateRequirement.ofContinuity(Duration.ofMinutes(10), ContinuitySpec.DEFAULT));
            fixture.line("c01", "n1", TopologyFixture.packet(8099).replace("203.0.113.7", "10.0.0.2"));
            fixture.check(upgrade, "run", 1, true, Observations.EMPTY.withContinuity(measured("pod-to-pod")));
            fixture.request(REVIEW, traffic(TrafficMode.REQUIRED));
            fixture.check(REVIEW, "run", 2, true, Observations.protectedNodes(List.of("n1")));
            fixture.watch(REVIEW, "run", Observations.protectedNodes(List.of("n1")), Duration.ofMinutes(30));

            assertThat(fixture.onlyVerdict().value().review().suggestedPolicy()).contains("- 8099");
        }

        private static ContinuityObservation measured(String kind) {
            ContinuityFact fact =
                    new ContinuityFact("n1", kind, false, 1, 1, 0, Duration.ZERO, "", 1, 0, Duration.ZERO, 0, 0);
            return new ContinuityObservation(
                    null, 1, 1, 0, 1, List.of(fact), List.of(fact), List.of(), 0, List.of(), null);
        }

        @Test
        void lines_of_clusters_nobody_watches_leave_no_state() {
            fixture.line("c07", "n1", TopologyFixture.packet(9100));

            assertThat(fixture.storedTraffic()).isEmpty();
            assertThat(fixture.meters.count(VerifierMeters.Line.UNWATCHED)).isEqualTo(1);
        }

        @Test
        void what_was_heard_is_forgotten_with_the_release_and_with_another_campaign() {
            fixture.request("calico-3-22/c01/protect-host-endpoints/1");
            fixture.line("c01", "n1", TopologyFixture.packet(9100));
            assertThat(fixture.storedTraffic()).hasSize(3);
            String release = "calico-3-22/c01/release-host-endpoints/1";
            fixture.request(release, GateRequirement.of(GateKind.HOST_ENDPOINT_RELEASE, Duration.ofMinutes(5)));
            assertThat(fixture.storedTraffic()).as("until the policy is gone").hasSize(3);
            fixture.check(release, "run", 1, true, Observations.released());
            assertThat(fixture.onlyVerdict().value().outcome()).isEqualTo(Outcome.PASSED);
            assertThat(fixture.storedTraffic()).isEmpty();

            fixture.request("calico-3-22/c01/protect-host-endpoints/2");
            fixture.line("c01", "n1", TopologyFixture.packet(9100));
            fixture.request("another/c01/inspect/1");
            assertThat(fixture.storedTraffic()).isEmpty();
        }
    }

    private static List<String> evidence(StepJudged verdict) {
        return verdict.gates().stream()
                .flatMap(gate -> gate.evidence().stream())
                .toList();
    }

    private static GateRequirement traffic(TrafficMode mode) {
        return new GateRequirement(
                GateKind.HOST_ENDPOINT_TRAFFIC, Duration.ofMinutes(10), Duration.ofMinutes(30), mode, null, null);
    }
}
