package io.calicofleet.verifier.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ApiServerObservation;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FlowSummary;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.model.felix.object.PolicyObject;
import io.calicofleet.model.felix.object.Rule;
import io.calicofleet.model.felix.validation.Validation;
import io.calicofleet.verifier.Golden;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single lines of the log, and the rules that come of them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SuggestionTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);
    private static final KernelLogParser PARSER = new KernelLogParser(List.of(KernelLogParser.DEFAULT_PREFIX));

    /** Where kubeadm has the API server. */
    private static final ApiServerObservation USUAL = new ApiServerObservation(List.of(6443), List.of());

    private final TrafficTally tally = new TrafficTally(TrafficLimits.DEFAULT);

    private void hear(String line) {
        hear(line, START);
    }

    private void hear(String line, Instant at) {
        LogLine read = PARSER.parse("calico-packet: " + line);
        assertThat(read).as(line).isInstanceOf(LogLine.Flow.class);
        tally.add("n1", read, at);
    }

    private TrafficReview review() {
        return review(USUAL);
    }

    private TrafficReview review(@Nullable ApiServerObservation apiServer) {
        return TrafficReviews.review(basis(apiServer));
    }

    private TrafficReviews.Basis basis(@Nullable ApiServerObservation apiServer) {
        return new TrafficReviews.Basis(
                tally,
                List.of("n1"),
                START,
                Map.of("n1", List.of("10.0.0.1"), "n2", List.of("10.0.0.2")),
                List.of("192.168.0.0/16"),
                null,
                null,
                apiServer,
                TARGET,
                Golden.POLICIES);
    }

    private static PolicyObject policy(TrafficReview review) {
        return Golden.POLICIES.read(review.suggestedPolicy()).orElseThrow();
    }

    /** What the rules that name a peer say: protocol, networks, ports. */
    private static List<String> seen(List<Rule> rules, boolean inbound) {
        return rules.stream()
                .filter(rule ->
                        (inbound ? rule.source() : rule.destination()).nets().contains("203.0.113.0/24"))
                .map(rule -> rule.protocol() + " " + rule.destination().ports())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "IN=eth0 OUT= SRC=203.0.113.7 DST=10.0.0.1 PROTO=TCP SPT=5 DPT=40080 | in | TCP [40080]",
                "IN=eth0 OUT= SRC=203.0.113.7 DST=10.0.0.1 PROTO=UDP SPT=53 DPT=45000 | in | UDP [45000]",
                "IN= OUT=eth0 SRC=10.0.0.1 DST=203.0.113.7 PROTO=UDP SPT=5 DPT=46000 | out | UDP [46000]",
                "IN=eth0 OUT= SRC=203.0.113.7 DST=10.0.0.1 PROTO=UDPLITE SPT=5 DPT=7000 | in | UDPLite []",
                "IN=eth0 OUT= SRC=203.0.113.7 DST=10.0.0.1 PROTO=132 | in | SCTP [1:65535]",
                "IN=eth0 OUT= SRC=203.0.113.7 DST=10.0.0.1 PROTO=47 | in | protocol 47 []",
                "IN=eth0 OUT= SRC=203.0.113.7 DST=10.0.0.1 PROTO=ICMP TYPE=8 CODE=0 | in | ICMP []",
                "IN=eth0 OUT= SRC=203.0.113.7 DST=10.0.0.1 PROTO=TCP SPT=5 DPT=22 | in | TCP [22]"
            })
    void a_logged_flow_gets_a_rule_that_every_felix_takes(String line, String way, String rule) {
        hear(line);

        PolicyObject policy = policy(review());
        assertThat(seen(policy.rules(way.equals("in")), way.equals("in"))).containsExactly(rule);
        for (CalicoVersion version : List.of(CalicoVersion.of(3, 14, 0), TARGET, CalicoVersion.of(3, 32, 1))) {
            assertThat(new Validation(version, true).policy(policy).why()).isEmpty();
            assertThat(new Validation(version, false).policy(policy).why()).isEmpty();
        }
    }

    /** MicroK8s has it at 16443; without a rule for it nodes would lose it, and the guard refuses the policy. */
    @Test
    void an_API_server_at_another_port_is_open_to_the_nodes_and_to_whoever_comes_from_outside() {
        TrafficReview review = review(new ApiServerObservation(List.of(16_443), List.of(8443)));
        PolicyObject policy = policy(review);

        assertThat(toPort(policy.egress(), "16443"))
                .as("from a node to the others, and to anyone")
                .extracting(rule -> rule.destination().nets())
                .containsExactlyInAnyOrder(List.of("10.0.0.1/32", "10.0.0.2/32"), List.of());
        assertThat(toPort(policy.ingress(), "16443"))
                .as("from the nodes, and from anyone")
                .extracting(rule -> rule.source().nets())
                .containsExactlyInAnyOrder(List.of("10.0.0.1/32", "10.0.0.2/32"), List.of());
        assertThat(toPort(policy.egress(), "8443")).as("of a load balancer").hasSize(1);
        assertThat(toPort(policy.ingress(), "8443")).as("that is no node").isEmpty();
        assertThat(review.suggestedPolicy()).contains("narrow it to who needs it");
        assertThat(review.notes()).noneMatch(note -> note.contains("API server"));
    }

    @Test
    void
            where_the_API_server_is_reached_at_its_usual_port_nothing_more_is_open_and_where_it_is_not_known_that_is_said() {
        TrafficReview usual = review(USUAL);
        assertThat(usual.notes()).noneMatch(note -> note.contains("API server"));
        for (TrafficReview unknown : List.of(review(null), review(new ApiServerObservation(List.of(), List.of())))) {
            assertThat(unknown.suggestedPolicy()).isEqualTo(usual.suggestedPolicy());
            assertThat(unknown.notes()).anyMatch(note -> note.contains("443 and 6443"));
        }
    }

    @Test
    void what_the_prober_of_the_campaign_sent_gets_no_rule_and_the_review_says_how_much_that_is() {
        hear("IN=eth0 OUT= SRC=10.0.0.2 DST=10.0.0.1 PROTO=TCP SPT=5 DPT=9443");
        hear("IN= OUT=eth0 SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP SPT=5 DPT=9443");
        hear("IN= OUT=tunl0 SRC=10.0.0.1 DST=192.168.0.7 PROTO=TCP SPT=5 DPT=8099");
        hear("IN=eth0 OUT= SRC=203.0.113.7 DST=10.0.0.1 PROTO=TCP SPT=5 DPT=9443");
        hear("IN= OUT=eth0 SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP SPT=5 DPT=8099");
        assertThat(review().suggestedPolicy())
                .as("without a prober all of it is")
                .contains("9443", "8099");

        tally.probed(new ProberTraffic(9443, START));

        TrafficReview review = review();
        PolicyObject policy = policy(review);
        assertThat(seen(policy.ingress(), true)).as("somebody else's").containsExactly("TCP [9443]");
        assertThat(toPort(policy.ingress(), "9443")).hasSize(1);
        assertThat(toPort(policy.egress(), "9443")).isEmpty();
        assertThat(toPort(policy.egress(), "8099"))
                .as("between hosts it is not the prober's port")
                .hasSize(1);
        assertThat(review.notes())
                .filteredOn(note -> note.contains("prober"))
                .singleElement()
                .asString()
                .startsWith("3 flows of the prober left out of the suggested policy")
                .contains(": ingress tcp 9443, egress tcp 8099, egress tcp 9443. ");
        assertThat(review.flows())
                .filteredOn(flow -> flow.note().contains("prober"))
                .hasSize(3);
        assertThat(TrafficReviews.notAllowed(basis(USUAL), List.of(review.suggestedPolicy())))
                .as("so it voids no approval either")
                .isEmpty();
    }

    @Test
    void what_is_still_seen_when_the_prober_is_gone_is_somebody_elses() {
        tally.probed(new ProberTraffic(9443, START));
        String line = "IN=eth0 OUT= SRC=10.0.0.2 DST=10.0.0.1 PROTO=TCP SPT=5 DPT=9443";
        hear(line, START.plusSeconds(100));
        assertThat(toPort(policy(review()).ingress(), "9443")).isEmpty();

        hear(line, START.plusSeconds(121));

        assertThat(toPort(policy(review()).ingress(), "9443")).hasSize(1);
        assertThat(review().notes()).noneMatch(note -> note.contains("prober"));
        // Another attempt had its prober there later.
        tally.probed(new ProberTraffic(9443, START.plusSeconds(300)));
        assertThat(toPort(policy(review()).ingress(), "9443")).isEmpty();
    }

    private static List<Rule> toPort(List<Rule> rules, String port) {
        return rules.stream()
                .filter(rule -> rule.destination().ports().stream()
                        .anyMatch(each -> String.valueOf(each).equals(port)))
                .toList();
    }

    @Test
    void many_ports_of_one_peer_are_joined_into_ranges_and_that_is_told() {
        IntStream.range(0, 500)
                .forEach(
                        i -> hear("IN=eth0 OUT= SRC=203.0.113.7 DST=10.0.0.1 PROTO=TCP SPT=5 DPT=" + (40_000 + i * 7)));

        TrafficReview review = review();
        assertThat(tally.size()).isLessThan(64 + 8);
        assertThat(review.flows())
                .filteredOn(flow -> flow.lastPort() != null)
                .isNotEmpty()
                .allMatch(flow -> flow.note().equals("many ports, joined into a range"))
                .extracting(FlowSummary::lastPort)
                .contains(41_983);
        assertThat(review.notes()).anyMatch(note -> note.startsWith("So many ports of one peer"));
        assertThat(review.suggestedPolicy()).contains("\"40960:41983\"", "joined into ranges: narrow them");
        assertThat(seen(policy(review).ingress(), true))
                .singleElement()
                .asString()
                .doesNotContain("1:65535");
    }

    @Test
    void a_host_may_always_talk_to_itself_and_nobody_else_may_in_its_name() {
        hear("IN=lo OUT= SRC=127.0.0.1 DST=127.0.0.1 PROTO=TCP SPT=5 DPT=9099");
        hear("IN= OUT=lo SRC=10.0.0.9 DST=10.0.0.9 PROTO=TCP SPT=5 DPT=2381");
        hear("IN=lo OUT= SRC=0000:0000:0000:0000:0000:0000:0000:0001 DST=0000:0000:0000:0000:0000:0000:0000:0001"
                + " PROTO=TCP SPT=5 DPT=9099");

        TrafficReview review = review();
        for (boolean inbound : List.of(true, false)) {
            assertThat(policy(review).rules(inbound))
                    .filteredOn(rule -> !rule.source().nets().isEmpty()
                            && !rule.destination().nets().isEmpty())
                    .allMatch(rule ->
                            rule.source().nets().equals(rule.destination().nets()))
                    .extracting(rule -> rule.source().nets().getFirst())
                    .containsExactlyInAnyOrder("127.0.0.0/8", "::1/128", "10.0.0.1/32", "10.0.0.2/32", "10.0.0.9/32");
        }
        assertThat(review.flows()).extracting(FlowSummary::protocol).containsOnly("any");
    }

    @Test
    void neighbour_discovery_is_always_allowed_both_ways() {
        PolicyObject policy = policy(review());

        for (boolean inbound : List.of(true, false)) {
            assertThat(policy.rules(inbound))
                    .filteredOn(rule -> rule.icmp() != null)
                    .allMatch(rule -> Integer.valueOf(6).equals(rule.ipVersion())
                            && rule.protocol().toString().equals("ICMPv6"))
                    .extracting(rule -> rule.icmp().type())
                    .containsExactly(133, 134, 135, 136, 137, 1, 2, 3, 4, 128, 129);
        }
    }

    @Test
    void what_no_policy_can_name_gets_no_rule_and_is_told() {
        hear("IN=eth0 OUT= SRC=203.0.113.7 DST=10.0.0.1 PROTO=UDP SPT=5 DPT=0");
        hear("IN=eth0 OUT= SRC=203.0.113.7 DST=10.0.0.1 PROTO=0");

        assertThat(seen(policy(review()).ingress(), true)).isEmpty();
        assertThat(review().flows()).allMatch(flow -> flow.note().contains("cannot be named"));
    }

    @Test
    void invalid_packets_and_late_lines_are_told() {
        assertThat(review().notes())
                .anyMatch(note -> note.contains("invalid"))
                .anyMatch(note -> note.contains("when they arrive"));
    }
}
