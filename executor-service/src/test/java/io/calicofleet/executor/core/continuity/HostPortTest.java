package io.calicofleet.executor.core.continuity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.ApiServerObservation;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.Yaml;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HostPortTest {

    private static final int PORT = 8099;
    private static final ApiServerObservation NOWHERE = new ApiServerObservation(List.of(), List.of());
    private static final CalicoVersion OLD = CalicoVersion.of(3, 13, 4);
    private static final CalicoVersion NEW = CalicoVersion.of(3, 22, 5);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true  | {containers: [{ports: [{containerPort: 8099}]}]} | {nodeName: n1, hostNetwork: true}",
                "true  | {containers: [{}, {ports: [{containerPort: 80, hostPort: 8099}]}]} | {nodeName: n1}",
                "true  | {containers: [{livenessProbe: {httpGet: {port: 8099}}}]} | {nodeName: n1, hostNetwork: true}",
                "true  | {containers: [{readinessProbe: {tcpSocket: {port: 8099}}}]} | {nodeName: n1, hostNetwork: true}",
                "false | {containers: [{livenessProbe: {httpGet: {port: 8099}}}]} | {nodeName: n1}",
                "false | {containers: [{ports: [{containerPort: 8099}]}]} | {nodeName: n1}",
                "false | {containers: [{ports: [{containerPort: 8099, protocol: UDP}]}]} | {nodeName: n1, hostNetwork: true}",
                "false | {containers: [{ports: [{containerPort: 8099}]}]} | {hostNetwork: true}"
            })
    void a_pod_has_a_port_of_its_host_by_what_it_declares_or_is_probed_at(
            boolean has, String containers, String where) {
        JsonNode pod = Yaml.object("{metadata: {name: web, namespace: shop}, spec: "
                + containers.substring(0, containers.length() - 1) + ", " + where.substring(1) + "}");

        assertThat(HostPort.inUse(PORT, List.of(), List.of(pod), NOWHERE))
                .isEqualTo(
                        has
                                ? Optional.of("tcp/8099 of the hosts is used by pod shop/web on n1: name another"
                                        + " continuity.hostPort")
                                : Optional.empty());
    }

    @Test
    void a_pod_that_is_over_or_is_ours_has_it_not() {
        String spec = "spec: {nodeName: n1, hostNetwork: true, containers: [{ports: [{containerPort: 8099}]}]}}";
        List<JsonNode> pods = List.of(
                Yaml.object("{metadata: {name: job}, status: {phase: Succeeded}, " + spec),
                Yaml.object("{metadata: {name: " + Prober.NAME + "-host-x7k2p}, " + spec));

        assertThat(HostPort.inUse(PORT, List.of(), pods, NOWHERE)).isEmpty();
    }

    @Test
    void the_kubelet_and_the_API_server_are_known_by_what_the_cluster_says_of_them() {
        JsonNode node =
                Yaml.object("{metadata: {name: n1}, status: {daemonEndpoints: {kubeletEndpoint: {Port: 10350}}}}");

        assertThat(HostPort.inUse(10_350, List.of(node), List.of(), NOWHERE))
                .hasValueSatisfying(why -> assertThat(why).contains("the kubelet of n1"));
        assertThat(HostPort.inUse(
                        16_443, List.of(node), List.of(), new ApiServerObservation(List.of(16_443), List.of(8443))))
                .hasValueSatisfying(why -> assertThat(why).contains("the API server"));
        assertThat(HostPort.inUse(
                        8443, List.of(node), List.of(), new ApiServerObservation(List.of(16_443), List.of(8443))))
                .as("of a load balancer that is no node")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{metadata: {name: default}, spec: {failsafeInboundHostPorts: [{protocol: TCP, port: 8099}]}} | v3.13.4",
                "{metadata: {name: node.n2}, spec: {failsafeInboundHostPorts: [{protocol: TCP, port: 8099}]}} | v3.13.4",
                "{metadata: {name: default}, spec: {failsafeInboundHostPorts: [{protocol: TCP, port: 8099, net: 10.0.0.0/8}]}} | v3.13.4",
                "{metadata: {name: default}, spec: {failsafeInboundHostPorts: [{protocol: UDP, port: 8099}]}} | ``",
                "{metadata: {name: default}, spec: {failsafeOutboundHostPorts: [{protocol: TCP, port: 8099}]}} | ``",
                "{metadata: {name: default}, spec: {}} | ``"
            })
    void a_failsafe_port_of_some_node_or_network_is_told(String configuration, String at) {
        assertThat(HostPort.failsafe(PORT, List.of(Yaml.object(configuration)), Map.of(), Stream.of(OLD, NEW)))
                .isEqualTo(
                        at.isEmpty()
                                ? Optional.empty()
                                : Optional.of("tcp/8099 is a failsafe port of this cluster at " + at
                                        + ", which passes whatever a policy says: name another continuity.hostPort"));
    }

    @Test
    void the_environment_counts_and_what_only_the_target_opens_too() {
        assertThat(HostPort.failsafe(
                        PORT,
                        List.of(),
                        Map.of("FELIX_FAILSAFEINBOUNDHOSTPORTS", "tcp:22,tcp:8099"),
                        Stream.of(OLD, NEW)))
                .isPresent();
        assertThat(HostPort.failsafe(6443, List.of(), Map.of(), Stream.of(OLD, NEW)))
                .hasValueSatisfying(why -> assertThat(why).contains("at v3.22.5"));
    }
}
