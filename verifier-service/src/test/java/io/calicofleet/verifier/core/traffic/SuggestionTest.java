package io.calicofleet.verifier.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

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

    private final TrafficTally tally = new TrafficTally(TrafficLimits.DEFAULT);

    private void hear(String line) {
        LogLine read = PARSER.parse("calico-packet: " + line);
        assertThat(read).as(line).isInstanceOf(LogLine.Flow.class);
        tally.add("n1", read, START);
    }

    private TrafficReview review() {
        return TrafficReviews.review(new TrafficReviews.Basis(
                tally,
                List.of("n1"),
                START,
                Map.of("n1", List.of("10.0.0.1"), "n2", List.of("10.0.0.2")),
                List.of(),
                null,
                null,
                TARGET,
                Golden.POLICIES));
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
