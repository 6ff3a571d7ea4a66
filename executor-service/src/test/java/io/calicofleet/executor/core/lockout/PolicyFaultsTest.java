package io.calicofleet.executor.core.lockout;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.LockoutFact;
import io.calicofleet.event.PolicyFault;
import io.calicofleet.event.PolicyFaultKind;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PolicyFaultsTest {

    @Test
    void poison_is_told_by_name_and_only_where_it_bites() {
        Scene scene = Scene.plain()
                .policy("ping", "selector: all(), types: [Ingress], ingress: [{action: Allow, icmp: {type: 8}}]")
                .policy("elsewhere", "selector: has(other), types: [Ingress], ingress: [{action: Accept}]");

        assertThat(scene.protectedFindings().faults())
                .containsExactly(new PolicyFault(
                        PolicyFaultKind.POISON,
                        "GlobalNetworkPolicy ping",
                        "ingress rule 1 names a type of ICMP without a protocol, which iptables refuses"));
        assertThat(scene.findings("v3.12.0", "v3.13.4").faults())
                .as("v3.13 applies nothing to all interfaces, but has iptables read it")
                .extracting(PolicyFault::object)
                .contains("GlobalNetworkPolicy ping");
    }

    @Test
    void a_setting_over_which_Felix_ends_refuses_by_the_name_of_its_object() {
        Scene scene = Scene.plain()
                .felix("default", "failsafeInboundHostPorts: [{protocol: TCP, port: 22}, {protocol: SCTP, port: 9}]");

        assertThat(scene.protectedFindings().faults()).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(PolicyFaultKind.POISON);
            assertThat(fault.object()).isEqualTo("FelixConfiguration default");
            assertThat(fault.why()).startsWith("failsafeInboundHostPorts has 'SCTP:9', over which Felix ends");
        });
    }

    @Test
    void a_policy_that_Felix_panics_over_as_it_drops_it_refuses_though_it_is_about_nobody() {
        Scene scene = Scene.plain()
                .policy(
                        "old",
                        "selector: has(nothing), types: [Ingress], ingress: [{action: Allow, protocol: ICMP, "
                                + "destination: {nets: [gateway], ports: [80]}}]");

        assertThat(scene.findings("v3.13.4", "v3.31.4").faults())
                .extracting(PolicyFault::kind, PolicyFault::object)
                .contains(org.assertj.core.groups.Tuple.tuple(PolicyFaultKind.POISON, "GlobalNetworkPolicy old"));
        assertThat(scene.findings("v3.13.4", "v3.31.5").faults())
                .extracting(PolicyFault::kind)
                .doesNotContain(PolicyFaultKind.POISON);
    }

    @Test
    void a_selector_that_cannot_be_read_refuses_with_its_text() {
        Scene scene = Scene.plain().policy("odd", "selector: has (role), types: [Ingress], ingress: [{action: Deny}]");

        assertThat(scene.protectedFindings().faults()).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(PolicyFaultKind.UNREADABLE_SELECTOR);
            assertThat(fault.kind().refuses()).isTrue();
            assertThat(fault.object()).isEqualTo("GlobalNetworkPolicy odd");
            assertThat(fault.why()).contains("has (role)");
        });
    }

    @Test
    void what_Felix_drops_is_absent_and_told() {
        Scene scene = Scene.plain()
                .policy(
                        "ports",
                        "selector: all(), types: [Ingress], ingress: [{action: Deny}, "
                                + "{action: Allow, protocol: UDPLite, destination: {ports: [80]}}]");

        assertThat(scene.protectedFacts()).isEmpty();
        assertThat(scene.protectedFindings().faults())
                .extracting(PolicyFault::kind, PolicyFault::object)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(PolicyFaultKind.DROPPED, "GlobalNetworkPolicy ports"));
        assertThat(PolicyFaultKind.DROPPED.refuses()).isFalse();
    }

    @Test
    void each_policy_counts_and_each_pool_does() {
        Scene scene = Scene.plain();
        for (String port : new String[] {"10250", "4789"}) {
            scene.policy(
                    "deny-" + port,
                    "order: 1, selector: all(), types: [Ingress], ingress: [{action: Deny, protocol: "
                            + (port.equals("4789") ? "UDP" : "TCP") + ", destination: {ports: [" + port + "]}}]");
        }
        scene.policy(
                "deny-probe",
                "order: 1, selector: all(), types: [Egress], egress: [{action: Deny, protocol: TCP,"
                        + " destination: {ports: [9099]}}]");
        scene.ipPools = "{metadata: {name: p}, spec: {cidr: 192.168.0.0/16, vxlanMode: Always}}";

        assertThat(scene.protectedFacts())
                .extracting(LockoutFact::rule)
                .contains(
                        "GlobalNetworkPolicy deny-10250 ingress rule 1",
                        "GlobalNetworkPolicy deny-probe egress rule 1",
                        "GlobalNetworkPolicy deny-4789 ingress rule 1");
    }

    @Test
    void neighbour_discovery_is_lost_where_TCP_and_UDP_alone_are_allowed() {
        Scene scene = Scene.plain()
                .policy(
                        "two",
                        "order: 1, selector: all(), types: [Ingress, Egress], "
                                + "ingress: [{action: Allow, protocol: TCP}, {action: Allow, protocol: UDP}, "
                                + "{action: Allow, protocol: 4}, {action: Deny}], egress: [{action: Allow}]");
        scene.v6 = true;

        assertThat(scene.protectedFacts())
                .extracting(LockoutFact::service)
                .contains("IPv6 neighbour discovery icmpv6/135", "IPv6 neighbour discovery icmpv6/136");
        scene.environment = java.util.Map.of("CALICO_NETWORKING_BACKEND", "bird", "FELIX_IPV6SUPPORT", "false");
        assertThat(scene.protectedFacts())
                .as("without IPv6 Felix leaves it alone")
                .isEmpty();
    }

    @Test
    void rules_that_may_stay_behind_in_the_other_iptables_are_told() {
        Scene scene = Scene.plain();
        scene.environment = java.util.Map.of("CALICO_NETWORKING_BACKEND", "bird");

        assertThat(scene.protectedFindings().notes())
                .anyMatch(note -> note.contains("iptables-legacy-save") && note.contains("FELIX_IPTABLESBACKEND"));
        assertThat(Scene.plain().protectedFindings().notes()).isEmpty();
    }

    @Test
    void what_a_node_asks_of_itself_is_policed() {
        Scene scene = Scene.plain()
                .policy(
                        "nets",
                        "order: 1, selector: all(), types: [Ingress, Egress], "
                                + "ingress: [{action: Allow, source: {nets: [10.0.0.0/24]}}, {action: Deny}], "
                                + "egress: [{action: Allow}]");

        assertThat(scene.protectedFacts())
                .extracting(LockoutFact::service)
                .contains("probe of calico-node tcp/9099", "probe of etcd tcp/2381")
                .doesNotContain("kubelet tcp/10250");
    }
}
