package io.calicofleet.executor.core.lockout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailsafeObservation;
import io.calicofleet.event.FailsafePort;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.evaluation.FailsafePorts;
import io.calicofleet.model.felix.evaluation.Flow;
import io.calicofleet.model.felix.evaluation.Match;
import io.calicofleet.model.felix.object.Protocol;
import io.calicofleet.model.release.FailsafeDefaults;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FailsafePortsTest {

    private static final List<String> NODES = List.of("n1", "n2");

    @Test
    void without_a_list_they_are_those_of_the_version() {
        FailsafeObservation seen =
                FailsafePorts.of(List.of(), Map.of(), Scene.NEW).onAll(NODES);

        assertThat(seen.inbound())
                .containsExactlyInAnyOrderElementsOf(FailsafeDefaults.of(Scene.NEW, FlowDirection.INGRESS));
        assertThat(seen.outbound())
                .containsExactlyInAnyOrderElementsOf(FailsafeDefaults.of(Scene.NEW, FlowDirection.EGRESS));
        assertThat(seen.differ()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]                                                     | ''",
                "[{protocol: TCP, port: 22}]                            | tcp:22",
                "[{protocol: 6, port: 22}, {protocol: TCP, port: 80}]    | tcp:80",
                "[{protocol: TCP, port: 22, net: 0.0.0.0/0}]            | tcp:0.0.0.0/0:22",
                "[{protocol: UDP, port: 546, net: \"fd00::/8\"}]        | udp:[fd00::/8]:546",
                "[{protocol: TCP, port: 22, net: bogus}]                | ''",
                "[{port: 22}, {protocol: TCP, port: 80}]                | tcp:80",
                "[{protocol: TCP, port: 22}, {protocol: TCP, port: 22, net: 10.0.0.0/8}] | tcp:22",
            })
    void a_configuration_says_it(String list, String ports) {
        assertThat(inbound("default: {failsafeInboundHostPorts: " + list + "}", Map.of(), Scene.NEW))
                .isEqualTo(ports);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none                                         | ''",
                "None                                         | ''",
                "''                                           | ''",
                "tcp:22,udp:68                                | tcp:22 udp:68",
                "' 22, TCP:0.0.0.0/0:443 ,tcp:[::/0]:443, x'  | tcp:22 tcp:0.0.0.0/0:443 tcp:[::/0]:443",
            })
    void the_environment_wins_over_every_configuration(String value, String ports) {
        String configurations = """
                default: {failsafeInboundHostPorts: [{protocol: TCP, port: 1}]}
                node.n1: {failsafeInboundHostPorts: [{protocol: TCP, port: 2}]}
                """;

        assertThat(inbound(configurations, Map.of("FELIX_FAILSAFEINBOUNDHOSTPORTS", value), Scene.NEW))
                .isEqualTo(ports);
        assertThat(inbound(configurations, Map.of("FELIX_FailsafeInboundHostPorts", value), Scene.NEW))
                .isEqualTo(ports);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // default | node.n1 | what is open on both nodes
                "[{protocol: TCP, port: 22}, {protocol: TCP, port: 80}]                       | [{protocol: TCP, port: 22}]                                | tcp:22",
                "[{protocol: TCP, port: 22}]                                   | []                                          | ''",
                "[{protocol: TCP, port: 22}]                                   | [{protocol: TCP, port: 22, net: 10.0.0.0/8}]               | tcp:10.0.0.0/8:22",
                "[{protocol: TCP, port: 22, net: 10.1.0.0/16}]                 | [{protocol: TCP, port: 22, net: 10.0.0.0/8}]               | tcp:10.1.0.0/16:22",
                "[{protocol: TCP, port: 22, net: 10.1.0.0/16}]                 | [{protocol: TCP, port: 22, net: 192.168.0.0/16}]           | ''",
                "[{protocol: UDP, port: 22}]                    | [{protocol: TCP, port: 22}]                 | ''",
            })
    void a_port_counts_where_it_is_open_on_every_node(String general, String ofNode, String ports) {
        String configurations = "default: {failsafeInboundHostPorts: " + general
                + "}\nnode.n1: {failsafeInboundHostPorts: " + ofNode + "}";
        FailsafePorts failsafe = ports(configurations, Map.of(), Scene.NEW);

        assertThat(text(failsafe.onAll(NODES).inbound())).isEqualTo(ports);
        assertThat(failsafe.onAll(NODES).differ()).isTrue();
        assertThat(failsafe.onAll(List.of("n1")).differ()).isFalse();
        assertThat(failsafe.onAll(List.of("n2"))).isEqualTo(failsafe.onAll(List.of()));
    }

    @ParameterizedTest
    @CsvSource({"v3.18.6, YES", "v3.19.0, MAYBE"})
    void a_network_counts_from_a_release_on_and_is_told_before(CalicoVersion version, Match match) {
        String configurations = "default: {failsafeInboundHostPorts: [{protocol: TCP, port: 22, net: 10.0.0.0/8}]}";
        Flow ssh = Flow.of(true, Protocol.TCP, 22, Optional.empty(), Optional.empty());

        assertThat(inbound(configurations, Map.of(), version)).isEqualTo("tcp:10.0.0.0/8:22");
        assertThat(ports(configurations, Map.of(), version).contains("n1", ssh)).isEqualTo(match);
    }

    @Test
    void settings_of_a_node_without_a_list_leave_it_the_default_one() {
        String configurations = """
                default: {failsafeInboundHostPorts: [{protocol: TCP, port: 22}]}
                node.n1: {logSeverityScreen: Debug}
                """;

        FailsafeObservation seen = ports(configurations, Map.of(), Scene.NEW).onAll(NODES);

        assertThat(text(seen.inbound())).isEqualTo("tcp:22");
        assertThat(seen.differ()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"v3.31.7, tcp:22 tcp:80, YES", "v3.32.0, tcp:22, MAYBE"})
    void a_list_for_selected_nodes_may_be_that_of_any_from_the_release_that_knows_it(
            CalicoVersion version, String ports, Match match) {
        String configurations = """
                default: {failsafeInboundHostPorts: [{protocol: TCP, port: 22}, {protocol: TCP, port: 80}]}
                gateways: {nodeSelector: "role == 'gateway'", failsafeInboundHostPorts: [{protocol: TCP, port: 22}]}
                node.n9: {failsafeInboundHostPorts: []}
                """;
        FailsafePorts failsafe = ports(configurations, Map.of(), version);

        assertThat(text(failsafe.onAll(NODES).inbound())).isEqualTo(ports);
        assertThat(failsafe.contains("n1", http(Optional.empty()))).isEqualTo(match);
        assertThat(failsafe.contains("n9", http(Optional.empty()))).isEqualTo(Match.NO);
    }

    @ParameterizedTest
    @CsvSource({"v3.27.0, YES", "v3.27.1, NO"})
    void a_port_for_a_network_of_one_ip_version_is_open_to_all_of_the_other_up_to_a_release(
            CalicoVersion version, Match ofIpv6) {
        FailsafePorts failsafe = ports(
                "default: {failsafeInboundHostPorts: [{protocol: TCP, port: 80, net: 0.0.0.0/0}]}", Map.of(), version);

        assertThat(failsafe.contains("n1", http(Cidr.read("198.51.100.1")))).isEqualTo(Match.YES);
        assertThat(failsafe.contains("n1", http(Cidr.read("fd00::1")))).isEqualTo(ofIpv6);
        assertThat(failsafe.contains("n1", http(Optional.empty()))).isEqualTo(Match.YES);

        FailsafePorts ofV6 = ports(
                "default: {failsafeInboundHostPorts: [{protocol: TCP, port: 80, net: \"fd00::/64\"}]}",
                Map.of(),
                version);

        assertThat(ofV6.contains("n1", http(Cidr.read("198.51.100.1")))).isEqualTo(ofIpv6);
        assertThat(ofV6.contains("n1", http(Cidr.read("fd00::1")))).isEqualTo(Match.YES);
        assertThat(ofV6.contains("n1", http(Cidr.read("fd00:0:0:1::1")))).isEqualTo(Match.NO);
    }

    private static Flow http(Optional<Cidr> remote) {
        return Flow.of(true, Protocol.TCP, 80, Optional.empty(), remote);
    }

    private static String inbound(String configurations, Map<String, String> environment, CalicoVersion version) {
        return text(ports(configurations, environment, version).onAll(NODES).inbound());
    }

    private static String text(List<FailsafePort> ports) {
        return String.join(" ", ports.stream().map(FailsafePort::toString).toList());
    }

    /** With configurations as {@code name: spec}. */
    private static FailsafePorts ports(String configurations, Map<String, String> environment, CalicoVersion version) {
        List<JsonNode> objects = Yaml.object(configurations).properties().stream()
                .<JsonNode>map(entry -> {
                    var object =
                            Yaml.object("{kind: FelixConfiguration, metadata: {name: \"" + entry.getKey() + "\"}}");
                    object.set("spec", entry.getValue());
                    return object;
                })
                .toList();
        return FailsafePorts.of(objects, environment, version);
    }
}
