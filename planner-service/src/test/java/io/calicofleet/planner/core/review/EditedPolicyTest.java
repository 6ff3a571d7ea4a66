package io.calicofleet.planner.core.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.event.FlowSummary;
import io.calicofleet.model.document.KubernetesYaml;
import io.calicofleet.model.felix.object.PolicyObject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of a policy while it is edited. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EditedPolicyTest {

    private static final String SUGGESTED = """
            kind: GlobalNetworkPolicy
            metadata: {name: calico-fleet-host-endpoints}
            spec:
              selector: has(calico-fleet.io/host-endpoint)
              types: [Ingress, Egress]
              ingress:
              - {action: Allow, protocol: TCP, source: {nets: ["192.0.2.0/24", "198.51.100.0/24"]}, destination: {ports: [8080]}}
              - {action: Allow, protocol: TCP, source: {nets: ["10.0.0.1/32"]}, destination: {ports: [10250]}}
              - {action: Allow, source: {nets: ["10.0.0.1/32"]}, destination: {nets: ["10.0.0.1/32"]}}
              - {action: Allow, ipVersion: 6, protocol: ICMPv6, icmp: {type: 135}}
              egress:
              - {action: Allow, ipVersion: 4, protocol: UDP, destination: {ports: [53]}}
              - action: Allow
                protocol: UDP
                destination: {selector: "role == 'time'", namespaceSelector: global(), ports: [123]}
            """;
    private static final List<FlowSummary> SEEN = List.of(
            new FlowSummary(FlowDirection.INGRESS, "tcp", 8080, null, List.of("n1"), List.of("192.0.2.0/24"), 36, ""),
            new FlowSummary(FlowDirection.EGRESS, "udp", 123, null, List.of("n2"), List.of("set time"), 1, ""));

    @Test
    void what_is_not_changed_cuts_nothing() {
        assertThat(judged(SUGGESTED)).isEqualTo(new EditedPolicy(List.of(), List.of(), List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"192.0.2.0/24\", | | ingress tcp 8080 from 192.0.2.0/24: 36 packets of this kind seen, on n1",
                "\"192.0.2.0/24\" | \"192.0.2.7/32\" | ingress tcp 8080 from 192.0.2.0/24: 36 packets of this kind seen, on n1",
                "[10250] | [10251] | ingress tcp 10250 from 10.0.0.1/32: not seen, but must be possible",
                "destination: {nets: [\"10.0.0.1/32\"]} | destination: {nets: [\"10.0.0.2/32\"]} | ingress a host to itself from 10.0.0.1/32: not seen, but must be possible",
                "role == 'time' | role == 'x' | egress udp 123 to the network set with role == 'time': 1 packet of this kind seen, on n2",
                "type: 135 | type: 136 | ingress icmpv6 of type 135 from ::/0: not seen, but must be possible",
                "ports: [53] | ports: [54] | egress udp 53 to 0.0.0.0/0: not seen, but must be possible"
            })
    void what_it_does_not_let_through_any_more_is_told_with_how_often_it_was_seen(
            String part, String edited, String told) {
        assertThat(SUGGESTED).contains(part);

        assertThat(judged(SUGGESTED.replace(part, edited == null ? "" : edited)).cut())
                .containsExactly(told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"192.0.2.0/24\" | \"192.0.0.0/16\"",
                ", source: {nets: [\"10.0.0.1/32\"]}, destination: {ports: [10250]} | , destination: {ports: [\"10000:11000\"]}",
                ", icmp: {type: 135} | ",
                "selector: \"role == 'time'\", namespaceSelector: global(), | "
            })
    void what_lets_through_more_cuts_nothing(String part, String edited) {
        assertThat(SUGGESTED).contains(part);

        assertThat(judged(SUGGESTED.replace(part, edited == null ? "" : edited)).cut())
                .isEmpty();
    }

    @Test
    void what_a_rule_before_denies_is_cut() {
        assertThat(judged(SUGGESTED.replace("  ingress:\n", "  ingress:\n  - {action: Deny, protocol: TCP}\n"))
                        .cut())
                .hasSize(3)
                .allMatch(line -> line.startsWith("ingress tcp") || line.startsWith("ingress a host to itself"));
    }

    @Test
    void a_direction_it_is_not_about_is_cut_as_a_whole() {
        assertThat(judged(SUGGESTED.replace("[Ingress, Egress]", "[Ingress]")).cut())
                .hasSize(2)
                .allMatch(line -> line.startsWith("egress"));
    }

    @Test
    void what_felix_would_not_do_is_refused() {
        assertThat(judged(SUGGESTED.replace("[8080]", "[0]")).refusals())
                .singleElement()
                .asString()
                .startsWith("Felix would not do what the policy says: ");
    }

    @Test
    void what_is_not_judged_is_told() {
        assertThat(judged(SUGGESTED.replace("has(calico-fleet.io/host-endpoint)", "role == 'x'"))
                        .notes())
                .singleElement()
                .asString()
                .startsWith("Its selector is another");
    }

    private static EditedPolicy judged(String edited) {
        try {
            return EditedPolicy.of(read(SUGGESTED), read(edited), SEEN, CalicoVersion.of(3, 22, 5));
        } catch (IOException e) {
            throw new AssertionError(edited, e);
        }
    }

    private static PolicyObject read(String yaml) throws IOException {
        return PolicyObject.of(KubernetesYaml.read(yaml).getFirst());
    }
}
