package io.calicofleet.executor.core.lockout;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.LockoutFact;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.core.policy.TemporaryPolicy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LockoutGuardTest {

    private static final String BOTH = "types: [Ingress, Egress], ";

    @Test
    void without_protection_everything_but_the_failsafe_ports_is_cut_by_no_policy_at_all() {
        List<LockoutFact> facts = Scene.plain().unprotected();

        assertThat(facts)
                .contains(new LockoutFact(
                        "kubelet tcp/10250",
                        "n2",
                        "n2-all",
                        "the API server",
                        "the end of all policies: none selects it and no profile allows it"))
                .extracting(LockoutFact::service)
                .doesNotContain("SSH tcp/22", "BGP tcp/179", "Typha tcp/5473", "etcd tcp/2379", "API server tcp/6443")
                .contains("IPIP protocol 4", "IPIP protocol 4 elsewhere", "kubelet tcp/10250 elsewhere");
    }

    @Test
    void the_temporary_policy_opens_all_of_it() {
        assertThat(Scene.plain().protectedFindings()).isEqualTo(LockoutGuard.Findings.NONE);
    }

    @Test
    void an_explicit_deny_wins_over_the_temporary_policy_and_is_named() {
        Scene scene = Scene.plain()
                .policy(
                        "deny-web",
                        "order: 10, selector: role == 'node', types: [Ingress], ingress: [{action: Log}, "
                                + "{action: Deny, protocol: TCP, destination: {ports: [\"10000:10300\"]}}]");

        assertThat(scene.protectedFacts())
                .containsExactly(
                        new LockoutFact(
                                "kubelet tcp/10250",
                                "n2",
                                "n2-all",
                                "the API server",
                                "GlobalNetworkPolicy deny-web ingress rule 2"),
                        new LockoutFact(
                                "kubelet tcp/10250",
                                "n3",
                                "n3-all",
                                "the API server",
                                "GlobalNetworkPolicy deny-web ingress rule 2"));
    }

    @Test
    void endpoints_of_one_interface_are_enforced_already_and_stop_nothing() {
        Scene scene = new Scene()
                .endpoint("n1-eth1", "n1", "eth1", "expectedIPs: [10.0.0.1]", "role: node")
                .policy("deny-all", "selector: all(), " + BOTH + "ingress: [{action: Deny}], egress: [{action: Deny}]");

        assertThat(scene.unprotected()).isEmpty();
    }

    @Test
    void what_is_cut_today_is_missed_by_nobody() {
        Scene scene = Scene.plain().policy("deny-all", "selector: all(), " + BOTH + "ingress: [{action: Deny}]");

        assertThat(LockoutGuard.compare(scene.needs(), scene.at(CalicoVersion.parse("v3.15.0")), scene.at(Scene.NEW))
                        .facts())
                .isEmpty();
        assertThat(scene.unprotected()).isNotEmpty();
    }

    @Test
    void of_two_endpoints_for_all_interfaces_the_first_by_name_counts() {
        Scene scene =
                Scene.plain().endpoint("n3-a", "n3", "*", "profiles: [projectcalico-default-allow]", "other: \"yes\"");

        assertThat(scene.unprotected()).extracting(LockoutFact::node).containsOnly("n1", "n2");
    }

    @Test
    void a_port_with_a_name_is_that_of_whoever_has_the_address() {
        Scene scene = new Scene()
                .endpoint("n2-all", "n2", "*", "ports: [{name: kubelet, port: 10250, protocol: TCP}]", "")
                .policy(
                        "p",
                        "selector: all(), types: [Ingress], ingress: [{action: Allow, protocol: TCP, destination: {ports: [kubelet]}}]");

        // Felix knows no address of this host endpoint, so the name stands for nothing.
        assertThat(scene.unprotected()).extracting(LockoutFact::service).contains("kubelet tcp/10250");
    }

    @Test
    void the_api_servers_service_as_a_destination_is_its_port_only() {
        Scene scene = Scene.plain()
                .felix("default", "failsafeOutboundHostPorts: []")
                .policy(
                        "api",
                        "selector: all(), types: [Egress], egress: [{action: Allow, destination: {services: {name: kubernetes, namespace: default}}}]");

        assertThat(scene.unprotected())
                .extracting(LockoutFact::service)
                .contains("BGP tcp/179 elsewhere", "Typha tcp/5473 elsewhere")
                .doesNotContain("API server tcp/6443 elsewhere");
    }

    @Test
    void a_policy_without_types_decides_on_both_directions_in_felix() {
        Scene scene = Scene.plain()
                .felix("default", "failsafeOutboundHostPorts: []")
                .policy("in", "selector: all(), ingress: [{action: Allow}]");

        assertThat(scene.unprotected())
                .filteredOn(fact -> fact.service().equals("API server tcp/6443 elsewhere"))
                .extracting(LockoutFact::rule)
                .containsOnly("the end of all policies: no rule of GlobalNetworkPolicy in allows it");
    }

    @Test
    void what_could_not_be_looked_at_is_told_where_nothing_is_cut_too() {
        Scene scene = Scene.plain().endpoint("n3-eth1", "n3", "eth1", "", "").endpoint("gone-all", "gone", "*", "", "");

        assertThat(scene.protectedFindings().notes())
                .containsExactlyInAnyOrder(
                        "HostEndpoint n3-eth1 of n3 gives no expectedIPs: what goes through its interface was judged by"
                                + " n3-all",
                        "HostEndpoint gone-all is of gone, which is no node of the cluster: what its policies cut was not"
                                + " looked at");
    }

    @Test
    void an_endpoint_that_claims_the_address_of_the_node_takes_its_traffic() {
        Scene scene = Scene.plain().endpoint("n3-eth0", "n3", "eth0", "expectedIPs: [10.0.0.3]", "open: \"yes\"");

        assertThat(scene.unprotected())
                .filteredOn(fact -> !fact.service().startsWith("probe of "))
                .extracting(LockoutFact::node)
                .containsOnly("n1", "n2");
    }

    @ParameterizedTest(name = "{0} | {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "selector: all(), types: [Ingress], ingress: [{action: Allow}]                                  | true",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, protocol: TCP, destination: {ports: [10250]}}] | true",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, protocol: 6}]                     | true",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, protocol: UDP}]                   | false",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, notProtocol: UDP}]                | true",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, source: {nets: [10.0.0.0/24]}}]   | true",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, source: {nets: [10.9.0.0/24]}}]   | false",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, source: {notNets: [10.9.0.0/24]}}]| true",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, source: {notNets: [10.0.0.1/32]}}]| false",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, source: {selector: role == 'node'}}] | true",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, source: {selector: set == 'masters'}}] | true",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, source: {notSelector: set == 'masters'}}] | false",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, source: {selector: role == 'other'}}] | false",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, source: {namespaceSelector: global(), selector: role == 'node'}}] | true",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, source: {namespaceSelector: global(), selector: set == 'masters'}}] | true",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, source: {namespaceSelector: all()}}] | false",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, source: {serviceAccounts: {names: [x]}}}] | false",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, source: {services: {name: kubernetes, namespace: default}}}] | true",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, ipVersion: 6}]                    | false",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, protocol: TCP, destination: {notPorts: [22]}}] | true",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, protocol: TCP, destination: {ports: [kubelet]}}] | true",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, protocol: TCP, destination: {ports: [other]}}] | false",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, destination: {nets: [10.0.0.2/31]}}] | true",
                "selector: all(), types: [Egress], egress: [{action: Allow}]                                    | false",
                "selector: all(), namespaceSelector: has(team), types: [Ingress], ingress: [{action: Allow}]    | false",
                "selector: all(), namespaceSelector: global(), types: [Ingress], ingress: [{action: Allow}]     | false",
                "selector: has(role), namespaceSelector: global(), types: [Ingress], ingress: [{action: Allow}] | true",
                "selector: role == 'other', types: [Ingress], ingress: [{action: Allow}]                        | false",
                "selector: all(), applyOnForward: true, preDNAT: true, types: [Ingress], ingress: [{action: Allow}] | true",
                "selector: all(), applyOnForward: true, doNotTrack: true, types: [Ingress], ingress: [{action: Allow}] | false",
                "selector: all(), ingress: [{action: Allow}]                                                    | true",
                "selector: all(), egress: [{action: Allow}]                                                     | false",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, source: {notNets: [\"fd00::/8\"]}}] | false",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, source: {notNets: [\"fd00::/8\", 10.9.0.0/24]}}] | true",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, source: {namespaceSelector: \"!has(team)\"}}] | true",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, protocol: TCP, source: {ports: [\"1024:65535\"]}}] | true",
                "selector: all(), types: [Ingress], ingress: [{action: Deny, protocol: TCP, source: {ports: [53]}}, {action: Allow}] | true",
                "selector: all(), types: [Ingress], ingress: [{action: Allow, http: {methods: [GET]}}]          | true",
                "selector: all(), types: [Ingress], ingress: [{action: Deny, protocol: ICMP, icmp: {type: 8}}, {action: Allow}] | true",
                "selector: all(), types: [Ingress], ingress: [{action: Pass}, {action: Allow}]                   | false",
                "selector: all(), types: [Ingress], applyOnForward: true, ingress: [{action: Allow}]             | true",
                "selector: all(), types: [Ingress], preDNAT: true, applyOnForward: true, ingress: [{action: Pass}] | false",
                "selector: \"role ===\", types: [Ingress], ingress: [{action: Allow}]                           | false",
            })
    void the_kubelet_is_reached_where_a_rule_allows_it(String spec, boolean reached) {
        Scene scene = new Scene()
                .endpoint(
                        "n2-all",
                        "n2",
                        "*",
                        "expectedIPs: [10.0.0.2], ports: [{name: kubelet, port: 10250, protocol: TCP}]",
                        "role: node")
                .endpoint("n1-eth9", "n1", "eth9", "expectedIPs: [10.0.0.1]", "role: node")
                .networkSet("masters", "set: masters", "10.0.0.1/32")
                .policy("p", spec);

        assertThat(scene.unprotected().stream().noneMatch(fact -> fact.service().equals("kubelet tcp/10250")))
                .isEqualTo(reached);
    }

    @ParameterizedTest(name = "{0} | {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "egress: [{action: Allow}]                              | true",
                "ingress: [{action: Allow}]                             | false",
                "ingress: [{action: Deny}], egress: [{action: Allow}]   | true",
            })
    void a_profile_decides_where_no_policy_does(String spec, boolean toApiServer) {
        Scene scene = new Scene()
                .endpoint("n2-all", "n2", "*", "profiles: [own]", "")
                .profile("own", spec)
                .felix("default", "failsafeOutboundHostPorts: []");

        assertThat(scene.unprotected().stream()
                        .noneMatch(fact -> fact.service().equals("API server tcp/6443 elsewhere")))
                .isEqualTo(toApiServer);
    }

    @Test
    void any_policy_of_a_direction_takes_it_from_the_profile() {
        Scene scene = new Scene()
                .endpoint("n2-all", "n2", "*", "profiles: [projectcalico-default-allow]", "role: node")
                .policy(
                        "web",
                        "selector: has(role), types: [Ingress], ingress: [{action: Allow, protocol: TCP, destination: {ports: [443]}}]");

        assertThat(scene.unprotected())
                .extracting(LockoutFact::service, LockoutFact::rule)
                .contains(org.assertj.core.groups.Tuple.tuple(
                        "kubelet tcp/10250", "the end of all policies: no rule of GlobalNetworkPolicy web allows it"))
                .noneMatch(fact -> ((String) fact.toList().getFirst()).endsWith("elsewhere"));
    }

    @Test
    void labels_of_a_profile_are_those_of_its_endpoints() {
        Scene scene = new Scene()
                .endpoint("n2-all", "n2", "*", "profiles: [own]", "")
                .profile("own", "labelsToApply: {zone: a}, ingress: [{action: Allow}], egress: [{action: Allow}]")
                .policy("deny", "selector: zone == 'a', types: [Ingress], ingress: [{action: Deny}]");

        assertThat(scene.unprotected())
                .extracting(LockoutFact::rule)
                .containsOnly("GlobalNetworkPolicy deny ingress rule 1");
    }

    @Test
    void policies_come_by_order_and_then_by_name() {
        Scene scene = Scene.plain()
                .policy(
                        "b-deny",
                        "order: 5, selector: all(), " + BOTH + "ingress: [{action: Deny}], egress: [{action: Deny}]")
                .policy("z-first", "order: 1, selector: all(), " + BOTH + "ingress: [{action: Allow}]")
                .policy("a-same", "order: 5, selector: all(), " + BOTH + "egress: [{action: Allow}]");

        assertThat(scene.unprotected()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"v3.13.4,v3.14.2,true", "v3.13.4,v3.15.0,false", "v3.13.4,v3.22.5,false"})
    void failsafe_ports_are_those_of_the_target(CalicoVersion source, CalicoVersion target, boolean typhaCut) {
        Scene scene = Scene.plain();

        assertThat(LockoutGuard.compare(scene.needs(), scene.at(source), scene.at(target)).facts().stream()
                        .anyMatch(fact -> fact.service().equals("Typha tcp/5473")))
                .isEqualTo(typhaCut);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "failsafeInboundHostPorts: []                                                                 | n1, n2, n3",
                "failsafeInboundHostPorts: [{protocol: TCP, port: 22}]                                         | ",
            })
    void ssh_stays_where_the_failsafe_ports_or_the_policies_say_so(String spec, String cut) {
        Scene scene = Scene.plain().felix("default", spec);

        assertThat(String.join(
                        ", ",
                        scene.unprotected().stream()
                                .filter(fact -> fact.service().equals("SSH tcp/22"))
                                .map(LockoutFact::node)
                                .toList()))
                .isEqualTo(cut == null ? "" : cut);
    }

    @Test
    void what_only_some_lose_is_a_note() {
        Scene scene = Scene.plain()
                .felix("default", "failsafeInboundHostPorts: []")
                .policy(
                        "office",
                        "selector: all(), types: [Ingress], ingress: [{action: Allow, source: {nets: [10.0.0.0/8]}}]");

        LockoutGuard.Findings findings = LockoutGuard.compare(scene.needs(), scene.at(Scene.OLD), scene.at(Scene.NEW));

        assertThat(findings.facts()).noneMatch(fact -> fact.service().startsWith("SSH"));
        assertThat(findings.notes())
                .contains("SSH tcp/22 on n3 would not be reached from everywhere: the end of all policies: no rule of "
                        + "GlobalNetworkPolicy office allows it");
    }

    @Test
    void the_environment_of_felix_wins() {
        Scene scene = Scene.plain().felix("default", "failsafeInboundHostPorts: []");
        scene.environment = Map.of("FELIX_FAILSAFEINBOUNDHOSTPORTS", "tcp:22, udp:68,tcp:10250,tcp:[::/0]:5");

        assertThat(scene.unprotected())
                .extracting(LockoutFact::service)
                .doesNotContain("SSH tcp/22", "kubelet tcp/10250")
                .contains("BGP tcp/179");
    }

    @Test
    void a_policy_whose_selector_Felix_cannot_read_decides_nothing() {
        Scene scene = Scene.plain()
                .policy("odd", "order: 1, selector: \"role === x\", types: [Ingress], ingress: [{action: Deny}]");

        assertThat(scene.protectedFacts()).isEmpty();
    }

    @Test
    void a_doubt_that_may_end_elsewhere_than_before_is_a_finding() {
        Scene scene = new Scene()
                .endpoint("n2-all", "n2", "*", "profiles: [projectcalico-default-allow]", "")
                .tier("default", "order: 1000000")
                .tier("first", "order: 1")
                .policy(
                        "half",
                        "order: 1, tier: first, selector: all(), types: [Ingress], ingress: [{action: Pass, protocol: TCP, "
                                + "source: {ports: [\"1024:30000\"]}}, {action: Deny}]")
                .policy("rest", "order: 2, selector: all(), types: [Ingress], ingress: [{action: Deny}]");

        // What half passes went to the profile, and goes to the next tier now.
        assertThat(scene.findings("v3.22.5", "v3.30.2").facts())
                .extracting(LockoutFact::service, LockoutFact::rule)
                .contains(org.assertj.core.groups.Tuple.tuple(
                        "kubelet tcp/10250", "GlobalNetworkPolicy half ingress rule 2"));
    }

    @Test
    void a_rule_by_domain_is_about_anyone_for_Felix() {
        Scene scene = Scene.plain()
                .policy(
                        "d",
                        "order: 1, selector: all(), types: [Egress], egress: [{action: Deny, destination: {domains: [x.example]}}]");

        assertThat(scene.protectedFacts())
                .extracting(LockoutFact::rule)
                .containsOnly("GlobalNetworkPolicy d egress rule 1");
    }

    @Test
    void a_doubt_that_is_the_same_before_and_after_is_no_finding() {
        Scene scene = new Scene()
                .endpoint("n2-all", "n2", "*", "", "")
                .policy(
                        "half",
                        "order: 1, selector: all(), types: [Ingress], ingress: [{action: Deny, protocol: TCP, source: {ports: "
                                + "[\"1024:30000\"]}}, {action: Allow}]")
                .policy("out", "selector: all(), types: [Egress], egress: [{action: Allow}]");

        assertThat(scene.findings("v3.20.0", "v3.22.5").facts()).isEmpty();
        assertThat(scene.findings("v3.13.4", "v3.22.5").facts()).isNotEmpty();
    }

    @Test
    void an_endpoint_of_another_address_takes_nothing_from_the_one_for_all_interfaces() {
        Scene plain = Scene.plain();
        Scene other = Scene.plain().endpoint("n3-eth1", "n3", "eth1", "expectedIPs: [10.99.0.3]", "");

        assertThat(other.unprotected()).isEqualTo(plain.unprotected());
    }

    @Test
    void what_the_cluster_could_not_tell_about_its_needs_is_a_note_of_the_findings() {
        Scene scene = Scene.plain();
        scene.environment = Map.of("ETCD_ENDPOINTS", "https://nowhere.example:2379");
        scene.dns = Map.of("nowhere.example", new NameAnswer.Unknown("DNS does not know it"));

        assertThat(scene.protectedFindings().notes()).anyMatch(note -> note.contains("nowhere.example"));
    }

    @Test
    void protection_and_release_leave_exactly_the_policies_of_people_and_the_one_temporary_policy() {
        Scene scene = Scene.plain()
                .policy("mine", "selector: all()")
                .policy("allow-all-upgrade", "selector: has(something-else), types: [Ingress]");
        CalicoState safe = scene.at(Scene.NEW).afterProtection();

        assertThat(safe.policies()).hasSize(2).contains(TemporaryPolicy.object());
        assertThat(safe.afterRelease().policies())
                .extracting(policy -> policy.at("/metadata/name").asText())
                .containsExactly("mine");
    }

    @Test
    void the_probes_of_a_pod_with_the_network_of_its_node_are_among_what_has_to_be_reached() {
        String pod =
                "{metadata: {name: %s}, spec: {nodeName: n2, hostNetwork: true, containers: [{name: c, ports: [{name: web,"
                        + " containerPort: 9443}], readinessProbe: {httpGet: {%s}}}]}}";
        for (String[] probe : new String[][] {
            {"port: 8081", "8081"},
            {"port: web", "9443"},
            {"port: 8082, host: 127.0.0.1", "8082"},
            {"port: 8083, host: localhost", "8083"},
            {"port: 8084, host: 10.0.0.3", ""},
            {"port: nothing", ""}
        }) {
            Scene scene = Scene.plain();
            scene.pods.add(Yaml.object(pod.formatted("probed", probe[0])));
            assertThat(scene.unprotected().stream()
                            .map(LockoutFact::service)
                            .filter(service -> service.startsWith("probe of pod probed"))
                            .toList())
                    .as(probe[0])
                    .isEqualTo(
                            probe[1].isEmpty()
                                    ? List.of()
                                    : List.of(
                                            "probe of pod probed tcp/" + probe[1],
                                            "probe of pod probed tcp/" + probe[1] + " from here"));
        }
    }

    @Test
    void a_node_that_runs_etcd_has_to_reach_its_own_etcd_and_the_metrics_of_it() {
        List<LockoutFact> facts = Scene.plain()
                .felix("default", "failsafeInboundHostPorts: [], failsafeOutboundHostPorts: []")
                .unprotected();

        assertThat(facts)
                .filteredOn(fact ->
                        fact.service().contains("etcd") && fact.service().endsWith("from here"))
                .extracting(LockoutFact::node, LockoutFact::service)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("n1", "probe of etcd tcp/2381 from here"),
                        org.assertj.core.groups.Tuple.tuple("n1", "etcd on its own node tcp/2379 from here"));
        assertThat(facts)
                .filteredOn(fact -> fact.service().equals("etcd tcp/2379 elsewhere"))
                .isEmpty();
    }

    @Test
    void of_very_many_things_that_would_be_cut_the_first_are_listed_and_the_rest_is_counted() {
        Scene scene = Scene.plain();
        for (int i = 0; i < 60; i++) {
            scene.pods.add(
                    Yaml.object("{metadata: {name: p" + i + "}, spec: {nodeName: n2, hostNetwork: true, containers:"
                            + " [{name: c, livenessProbe: {tcpSocket: {port: " + (20000 + i) + "}}}]}}"));
        }

        LockoutGuard.Findings findings = scene.findings("v3.13.4", "v3.22.5");

        assertThat(findings.facts()).hasSize(100);
        assertThat(findings.notes())
                .anyMatch(note -> note.matches("only the first 100 of \\d+ things that would be cut are listed"));
    }

    @Test
    void the_release_shows_what_only_the_temporary_policy_opens() {
        Scene scene =
                Scene.plain().policy("ssh", "selector: role == 'node', types: [Ingress], ingress: [{action: Allow}]");
        CalicoState now = scene.at(Scene.NEW).afterProtection();

        assertThat(LockoutGuard.compare(scene.needs(), now, now.afterRelease()).facts())
                .isNotEmpty()
                .allMatch(fact ->
                        fact.service().endsWith(" elsewhere") || fact.service().endsWith(" from here"))
                .extracting(LockoutFact::rule)
                .containsOnly("the end of all policies: none selects it and no profile allows it");
    }
}
