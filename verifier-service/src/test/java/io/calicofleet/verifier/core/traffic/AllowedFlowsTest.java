package io.calicofleet.verifier.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.NetworkSetFact;
import io.calicofleet.event.NetworkSetsObservation;
import io.calicofleet.model.felix.flow.AllowedFlows;
import io.calicofleet.model.felix.flow.FlowKey;
import io.calicofleet.verifier.Golden;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which flows a policy of people lets through as a whole. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AllowedFlowsTest {

    private static final NetworkSets SETS = new NetworkSets(
            new NetworkSetsObservation(
                    List.of(new NetworkSetFact("office", Map.of("role", "office"), List.of("198.51.100.0/24"), 1)),
                    List.of(),
                    false),
            CalicoVersion.of(3, 22, 5));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ingress tcp 443 192.0.2.7/32 | {action: Allow} | yes",
                "ingress tcp 443 192.0.2.7/32 | {} | yes",
                "ingress tcp 443 192.0.2.7/32 | {action: Log}, {action: Allow} | yes",
                "ingress tcp 443 192.0.2.7/32 | {action: Deny}, {action: Allow} | no",
                "ingress tcp 443 192.0.2.7/32 | {action: Pass}, {action: Allow} | no",
                "ingress tcp 443 192.0.2.7/32 | {action: Deny, protocol: UDP}, {action: Allow} | yes",
                "ingress tcp 443 192.0.2.7/32 | {action: Deny, destination: {ports: [80]}}, {action: Allow} | yes",
                "ingress tcp 443 192.0.2.7/32 | {action: Deny, destination: {ports: [https]}}, {action: Allow} | no",
                "ingress tcp 443 192.0.2.0/24 | {action: Deny, source: {nets: [192.0.2.9/32]}}, {action: Allow} | no",
                "ingress tcp 443 192.0.2.0/24 | {action: Deny, source: {nets: [10.0.0.0/8]}}, {action: Allow} | yes",
                "ingress tcp 443 192.0.2.0/24 | {action: Allow, source: {nets: [192.0.2.9/32]}} | no",
                "ingress tcp 443 192.0.2.0/24 | {action: Allow, source: {nets: [192.0.0.0/16]}} | yes",
                "ingress tcp 443 192.0.2.0/24 | {action: Allow, source: {notNets: [192.0.2.9/32]}} | no",
                "ingress tcp 443 192.0.2.7/32 | {action: Allow, protocol: TCP, destination: {ports: ['440:450']}} | yes",
                "ingress tcp 440:460 192.0.2.7/32 | {action: Allow, protocol: TCP, destination: {ports: ['440:450']}} | no",
                "ingress tcp 443 192.0.2.7/32 | {action: Allow, protocol: TCP, destination: {notPorts: [22]}} | no",
                "ingress tcp 443 192.0.2.7/32 | {action: Allow, protocol: TCP, source: {ports: [1024]}} | no",
                "ingress tcp 443 192.0.2.7/32 | {action: Allow, destination: {nets: [10.0.0.1/32]}} | no",
                "ingress tcp 443 192.0.2.7/32 | {action: Allow, destination: {nets: [0.0.0.0/0]}} | yes",
                "ingress tcp 443 192.0.2.7/32 | {action: Allow, ipVersion: 6} | no",
                "ingress tcp 443 fd00::1/128 | {action: Allow, ipVersion: 6} | yes",
                "ingress sctp -1 192.0.2.7/32 | {action: Allow, protocol: SCTP, destination: {ports: ['1:65535']}} | yes",
                "ingress sctp -1 192.0.2.7/32 | {action: Allow, protocol: SCTP, destination: {ports: [80]}} | no",
                "ingress icmpv6 -1 fd00::1/128 | {action: Allow, protocol: ICMPv6, ipVersion: 6} | yes",
                "ingress icmpv6 -1 fd00::1/128 | {action: Allow, protocol: ICMPv6, ipVersion: 6, icmp: {type: 128}} | no",
                "ingress any -1 10.0.0.1/32 | {action: Allow, source: {nets: [10.0.0.1/32]}, destination: {nets: [10.0.0.1/32]}} | yes",
                "ingress any -1 10.0.0.1/32 | {action: Allow, source: {nets: [10.0.0.1/32]}, destination: {nets: [10.0.0.2/32]}} | no",
                "ingress any -1 10.0.0.1/32 | {action: Allow, protocol: TCP} | no",
                "ingress udp 53 198.51.100.4/32 | {action: Allow, source: {selector: \"role == 'office'\", namespaceSelector: global()}} | yes",
                "ingress udp 53 192.0.2.7/32 | {action: Allow, source: {selector: \"role == 'office'\"}} | no",
                "ingress udp 53 198.51.100.4/32 | {action: Allow, source: {selector: \"role ==\"}} | no",
                "ingress udp 53 198.51.100.4/32 | {action: Allow, source: {serviceAccounts: {names: [a]}}} | no",
                "egress tcp 443 192.0.2.7/32 | {action: Allow} | no"
            })
    void a_flow_is_allowed_where_every_packet_of_it_is(String flow, String rules, String allowed) {
        String policy =
                "kind: GlobalNetworkPolicy\nspec: {selector: all(), types: [Ingress], ingress: [" + rules + "]}";
        AllowedFlows flows =
                new AllowedFlows(Golden.POLICIES.read(policy).stream().toList(), SETS);

        assertThat(flows.contains(FlowKey.parse(flow))).isEqualTo(allowed.equals("yes"));
    }
}
