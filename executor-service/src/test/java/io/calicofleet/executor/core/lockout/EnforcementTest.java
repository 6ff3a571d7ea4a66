package io.calicofleet.executor.core.lockout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.evaluation.Felix;
import io.calicofleet.model.felix.evaluation.Flow;
import io.calicofleet.model.felix.evaluation.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EnforcementTest {

    private static final String OPEN = "profiles: [projectcalico-default-allow]";
    private static final String ALLOW_ALL =
            "types: [Ingress, Egress], ingress: [{action: Allow}], egress: [{action: Allow}]";

    /** Host endpoints of n1 to n3 that people made, and automatic ones in their place that have one label more. */
    @Nested
    class WhatChanges {

        private final Scene scene = new Scene();

        WhatChanges() {
            for (int i = 1; i <= 3; i++) {
                scene.endpoint("n" + i + "-all", "n" + i, "*", OPEN, "role: node");
            }
        }

        private List<String> changes(CalicoVersion version) {
            CalicoState before = scene.at(version);
            List<ObjectNode> automatic = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                automatic.add(Yaml.object("{kind: HostEndpoint, metadata: {name: n" + i
                        + "-auto-hep, labels: {role: node, os: linux}}, spec: {node: n" + i
                        + ", interfaceName: \"*\", expectedIPs: [10.0.0." + i + "], " + OPEN + "}}"));
            }
            return Enforcement.changes(scene.needs(), before, before.withHostEndpoints(automatic));
        }

        private List<String> changes() {
            return changes(Scene.NEW);
        }

        @Test
        void is_nothing_where_another_policy_selects_and_does_the_same() {
            scene.policy("all", "order: 1, selector: role == 'node', " + ALLOW_ALL);
            scene.policy("linux", "order: 2, selector: os == 'linux', types: [Ingress], ingress: [{action: Deny}]");
            scene.policy("more", "order: 0, selector: os == 'linux', " + ALLOW_ALL);

            assertThat(changes()).isEmpty();
        }

        @ParameterizedTest(name = "{0} | {1}")
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    // order
                    "order: 0, selector: os == 'linux', types: [Ingress], ingress: [{action: Deny, protocol: TCP, destination: {ports: [8080]}}] | GlobalNetworkPolicy p ingress rule 1 would cut ingress tcp 8080 of n1, n2, n3, which gets through today",
                    "order: 2, selector: os == 'linux', types: [Ingress], ingress: [{action: Deny, protocol: TCP, destination: {ports: [8080]}}] | ``",
                    // types
                    "order: 0, selector: os == 'linux', types: [Egress], ingress: [{action: Deny}], egress: [{action: Deny, protocol: UDP, destination: {ports: [\"5000:6000\"]}}] | GlobalNetworkPolicy p egress rule 1 would cut egress udp 5000-6000 of n1, n2, n3, which gets through today",
                    // rules: a network
                    "order: 0, selector: os == 'linux', types: [Ingress], ingress: [{action: Deny, protocol: 47, source: {nets: [192.0.2.0/24]}}] | GlobalNetworkPolicy p ingress rule 1 would cut ingress protocol 47 from 192.0.2.0 of n1, n2, n3, which gets through today",
                    "order: 0, selector: os == 'linux', types: [Ingress], ingress: [{action: Allow, protocol: TCP}] | ``",
                    // rules: of ICMP one type
                    "order: 0, selector: os == 'linux', types: [Ingress], ingress: [{action: Deny, protocol: ICMP, icmp: {type: 13}}] | GlobalNetworkPolicy p ingress rule 1 would cut ingress icmp type 13 of n1, n2, n3, which gets through today",
                    // who is at the other end, by the labels that host endpoints have now
                    "order: 0, selector: role == 'node', types: [Ingress], ingress: [{action: Deny, protocol: TCP, source: {selector: os == 'linux'}, destination: {ports: [8080]}}] | GlobalNetworkPolicy p ingress rule 1 would cut ingress tcp 8080 from 10.0.0.1 of n1, n2, n3, which gets through today",
                    // before DNAT
                    "order: 0, selector: os == 'linux', preDNAT: true, applyOnForward: true, types: [Ingress], ingress: [{action: Deny, protocol: TCP, destination: {ports: [8080]}}] | GlobalNetworkPolicy p ingress rule 1 would cut ingress tcp 8080 of n1, n2, n3, which gets through today",
                    // before tracking, which is for no host endpoint of all interfaces
                    "order: 0, selector: os == 'linux', doNotTrack: true, applyOnForward: true, types: [Ingress], ingress: [{action: Deny}] | ``",
                    // it selects no more
                    "order: 0, selector: \"!has(os)\", types: [Ingress], ingress: [{action: Deny, protocol: TCP, destination: {ports: [8080]}}] | GlobalNetworkPolicy p ingress rule 1 cuts ingress tcp 8080 of n1, n2, n3 today, and would not",
                })
        void is_what_a_policy_does_by_all_it_says(String spec, String line) {
            scene.policy("all", "order: 1, selector: role == 'node', " + ALLOW_ALL);
            scene.policy("p", spec);

            List<String> changes = changes();

            assertThat(changes.stream()
                            .filter(change -> !change.contains("forwarded"))
                            .toList())
                    .isEqualTo(line == null || line.isEmpty() ? List.of() : List.of(line));
        }

        @Test
        void is_what_comes_after_the_rules_of_a_policy_that_selects_them_now() {
            scene.policy(
                    "web",
                    "selector: os == 'linux', types: [Ingress], ingress: [{action: Allow, protocol: TCP, "
                            + "destination: {ports: [443]}}]");

            assertThat(changes())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "the end of all policies: no rule of GlobalNetworkPolicy web allows it would cut ingress icmp")
                    .contains(" more of n1, n2, n3");
        }

        @Test
        void is_a_port_with_a_name_that_automatic_ones_do_not_have() {
            scene.endpoints.forEach(endpoint -> {
                endpoint.withObject("/spec")
                        .putArray("expectedIPs")
                        .add("10.0.0." + endpoint.at("/spec/node").asText().substring(1));
                endpoint.withObject("/spec")
                        .putArray("ports")
                        .addObject()
                        .put("name", "web")
                        .put("port", 8443)
                        .put("protocol", "TCP");
            });
            scene.policy(
                    "web",
                    "order: 0, selector: role == 'node', types: [Ingress], ingress: [{action: Deny, protocol: TCP, destination: {ports: [web]}}]");
            scene.policy("all", "order: 1, selector: role == 'node', " + ALLOW_ALL);

            assertThat(changes())
                    .containsExactly(
                            "GlobalNetworkPolicy web ingress rule 1 cuts ingress tcp 8443 of n1, n2, n3 today, and would not");
        }

        @Test
        void is_a_tier_from_the_version_on_that_has_them() {
            scene.tier("security", "order: 1").tier("default", "order: 1000000");
            scene.policy("all", "order: 0, selector: role == 'node', " + ALLOW_ALL);
            scene.policy(
                    "security.stop",
                    "tier: security, order: 9, selector: os == 'linux', types: [Egress], egress: [{action: Deny, protocol: SCTP}, {action: Pass}]");

            assertThat(changes(CalicoVersion.parse("v3.22.5")))
                    .as("one tier, where the order decides")
                    .isEmpty();
            assertThat(changes(CalicoVersion.parse("v3.30.2")))
                    .containsExactly(
                            "GlobalNetworkPolicy security.stop egress rule 1 would cut egress sctp 1-65535 of n1, n2, n3,"
                                    + " which gets through today");
        }

        @Test
        void is_forwarded_traffic_where_a_policy_says_that_it_is_about_that() {
            scene.policy("all", "order: 0, selector: role == 'node', " + ALLOW_ALL);
            scene.policy(
                    "pods",
                    "order: 1, selector: os == 'linux', applyOnForward: true, types: [Ingress], ingress: [{action: Deny, protocol: TCP, destination: {ports: [8080]}}, {action: Allow}]");

            assertThat(changes())
                    .containsExactly(
                            "GlobalNetworkPolicy pods ingress rule 1 would cut forwarded ingress tcp 8080 of n1, n2, n3,"
                                    + " which gets through today");
        }

        @Test
        void is_the_profile_of_the_old_one_that_let_nothing_through() {
            scene.endpoints.getFirst().withObject("/spec").remove("profiles");

            assertThat(changes())
                    .singleElement()
                    .asString()
                    .contains("none selects it and no profile allows it cuts ", " of n1 today, and would not");
        }

        @Test
        void is_told_of_nodes_without_one_today_too() {
            scene.endpoints.removeLast();
            scene.policy(
                    "deny",
                    "order: 0, selector: os == 'linux', types: [Ingress], ingress: [{action: Deny, protocol: TCP, destination: {ports: [8080]}}, {action: Allow}]");

            assertThat(changes()).singleElement().asString().contains("of n1, n2, n3");
        }
    }

    @RepeatedTest(60)
    void whatever_any_connection_meets_otherwise_is_a_change_and_equal_states_have_none(RepetitionInfo run) {
        Random random = new Random(run.getCurrentRepetition());
        Scene scene = Scene.plain();
        for (int i = random.nextInt(4); i >= 0; i--) {
            scene.policy(
                    "p" + i,
                    "order: " + random.nextInt(3) + ", selector: \""
                            + pick(random, "all()", "role == 'node'", "has(odd)", "!has(odd)") + "\", "
                            + pick(random, "", "types: [Ingress], ", "types: [Egress], ", "types: [Ingress, Egress], ")
                            + (random.nextInt(6) == 0 ? "preDNAT: true, applyOnForward: true, " : "")
                            + "ingress: [" + rules(random) + "], egress: [" + rules(random) + "]");
        }
        CalicoState before = scene.at(Scene.NEW);
        List<ObjectNode> others =
                scene.endpoints.stream().map(ObjectNode::deepCopy).toList();
        others.get(random.nextInt(3)).withObject("/metadata/labels").put("odd", "1");
        CalicoState after = before.withHostEndpoints(others);
        ClusterNeeds needs = scene.needs();
        Felix now = new Felix(before.version(), before.resources(), needs.surroundings());
        Felix then = new Felix(after.version(), after.resources(), needs.surroundings());
        boolean differs = false;
        for (int i = 0; i < 400; i++) {
            int node = 1 + random.nextInt(3);
            int protocol = random.nextInt(4) == 0 ? 4 : random.nextBoolean() ? 6 : 17;
            Flow flow = Flow.of(
                    random.nextBoolean(),
                    protocol,
                    protocol == 4
                            ? Flow.NONE
                            : random.nextBoolean() ? 1 + random.nextInt(65535) : 2000 + random.nextInt(10),
                    Cidr.read("10.0.0." + node + "/32"),
                    Cidr.read("10.0.0." + random.nextInt(8) + "/32"));
            Verdict was = now.judge(now.forAllInterfaces("n" + node).orElseThrow(), flow);
            Verdict will = then.judge(then.forAllInterfaces("n" + node).orElseThrow(), flow);
            differs |= was.kind() != will.kind();
        }

        assertThat(Enforcement.changes(needs, before, before)).isEmpty();
        if (differs) {
            assertThat(Enforcement.changes(needs, before, after)).isNotEmpty();
        }
    }

    @Nested
    class WhatIsClosed {

        private final Scene scene = new Scene();

        private List<String> closed() {
            CalicoState before = scene.at(Scene.NEW).afterProtection();
            return Enforcement.closed(scene.needs(), before, before.afterRelease());
        }

        @Test
        void is_an_endpoint_that_nothing_else_opens_and_no_other() {
            scene.endpoint("n1-all", "n1", "*", "", "role: node")
                    .endpoint("n2-all", "n2", "*", OPEN, "role: node")
                    .endpoint("n3-eth0", "n3", "eth0", "", "role: node");

            assertThat(closed()).containsExactly("n1-all");
        }

        @Test
        void is_not_one_that_was_closed_before() {
            scene.endpoint("n1-all", "n1", "*", "", "role: node")
                    .policy(
                            "deny",
                            "order: 1, selector: all(), types: [Ingress, Egress], ingress: [{action: Deny}], egress: [{action: Deny}]");

            assertThat(closed()).isEmpty();
        }

        @ParameterizedTest(name = "{0} | {1}")
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "selector: role == 'node', types: [Ingress, Egress], ingress: [{action: Allow}], egress: [{action: Allow}] | true",
                    "selector: role == 'node', ingress: [{action: Allow}], egress: [{action: Allow}]      | true",
                    "selector: role == 'node', ingress: [{action: Allow, protocol: TCP, source: {nets: [192.0.2.0/24]}, destination: {ports: [22, 8443]}}], egress: [{action: Allow, protocol: UDP}] | true",
                    // Who selects and allows nothing opens nothing.
                    "selector: role == 'node', types: [Ingress, Egress]                                    | false",
                    "selector: role == 'node', types: [Ingress, Egress], ingress: [{action: Log}], egress: [{action: Allow}] | false",
                    "selector: role == 'node', types: [Ingress, Egress], ingress: [{action: Deny}, {action: Allow}], egress: [{action: Allow}] | false",
                    "selector: role == 'node', types: [Ingress], ingress: [{action: Allow}]                | false",
                    "selector: role == 'node', types: [Ingress], ingress: [{action: Allow}], egress: [{action: Allow}] | false",
                    "selector: has(host-endpoint-upgrade), ingress: [{action: Allow}], egress: [{action: Allow}] | false",
                    "selector: role == 'other', ingress: [{action: Allow}], egress: [{action: Allow}]      | false",
                    "selector: role == 'node', ingress: [{action: Allow, protocol: TCP, destination: {ports: [0]}}], egress: [{action: Allow}] | false",
                    "selector: role == 'node', doNotTrack: true, applyOnForward: true, ingress: [{action: Allow}], egress: [{action: Allow}] | false",
                    "selector: all(), namespaceSelector: has(x), ingress: [{action: Allow}], egress: [{action: Allow}] | false",
                    // What only failsafe ports let through is open without it.
                    "selector: role == 'node', ingress: [{action: Allow, protocol: TCP, destination: {ports: [22]}}], egress: [{action: Allow}] | false",
                })
        void depends_on_what_a_policy_lets_through_in_each_direction(String spec, boolean open) {
            scene.endpoint("n1-all", "n1", "*", "", "role: node").policy("mine", spec);

            assertThat(closed()).isEqualTo(open ? List.of() : List.of("n1-all"));
        }

        @Test
        void depends_on_the_profiles_that_are_there_and_on_what_they_allow() {
            scene.endpoint("n1-all", "n1", "*", "profiles: [gone]", "")
                    .endpoint("n2-all", "n2", "*", "profiles: [half]", "")
                    .endpoint("n3-all", "n3", "*", "profiles: [kns.default]", "")
                    .profile("half", "ingress: [{action: Allow}]");

            assertThat(closed()).containsExactly("n1-all", "n2-all");
        }

        @Test
        void is_nothing_before_host_endpoints_deny_by_default() {
            scene.endpoint("n1-all", "n1", "*", "", "role: node");
            CalicoState before = scene.at(Scene.OLD).afterProtection();

            assertThat(Enforcement.closed(scene.needs(), before, before.afterRelease()))
                    .isEmpty();
        }
    }

    private static String rules(Random random) {
        StringBuilder rules = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            rules.append(rules.isEmpty() ? "" : ", ")
                    .append('{')
                    .append(pick(
                            random,
                            "",
                            "protocol: TCP, ",
                            "protocol: TCP, destination: {ports: [2003, \"2005:6500\"]}, ",
                            "protocol: UDP, destination: {notPorts: [\"1:2004\"]}, ",
                            "source: {nets: [10.0.0.4/30]}, ",
                            "destination: {notNets: [10.0.0.1/32]}, ",
                            "source: {selector: has(odd)}, ",
                            "protocol: 4, "))
                    .append("action: ")
                    .append(pick(random, "Allow", "Allow", "Deny", "Log"))
                    .append('}');
        }
        return rules.toString();
    }

    private static String pick(Random random, String... from) {
        return from[random.nextInt(from.length)];
    }
}
