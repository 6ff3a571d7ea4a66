package io.calicofleet.simulator;

import static io.calicofleet.simulator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Nodes with IPv6, which finds its neighbours by packets that policies see. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NeighbourDiscoveryIT {

    private final Simulator simulator = Simulator.start(SimulatorOptions.quick().withTls(false));
    private final SimulatedCluster cluster = simulator.addCluster(ClusterTemplate.named("c")
            .withNodes(2)
            .withIpv6()
            .withManifest(RolloutIT.release("v3.22.5/calico.yaml")
                    .replace("name: FELIX_IPV6SUPPORT, value: \"false\"", "name: FELIX_IPV6SUPPORT, value: \"true\"")));

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void a_policy_of_TCP_and_UDP_alone_cuts_IPv6_until_ICMPv6_is_let_through() {
        await().until(() -> cluster.nodeVersions().size() == 2);
        policy("TCP", "UDP");
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: HostEndpoint
                metadata: {name: all, labels: {role: node}}
                spec: {node: c-node-1, interfaceName: "*"}
                """);

        await().untilAsserted(() -> assertThat(cluster.drops()).containsKey("all egress tcp/443"));
        assertThat(cluster.get("v1", "Node", "", "c-node-1").toString()).contains("fd00:10::1");
        await().untilAsserted(
                        () -> assertThat(cluster.allowed()).as("over IPv4").containsKey("all egress tcp/443"));

        policy("TCP", "UDP", "ICMPv6");

        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            long before = drops();
            long done = allowed();
            await().until(() -> allowed() > done + 5);
            assertThat(drops()).isEqualTo(before);
        });
    }

    private long drops() {
        return Objects.requireNonNullElse(cluster.drops().get("all egress tcp/443"), 0L);
    }

    private long allowed() {
        return Objects.requireNonNullElse(cluster.allowed().get("all egress tcp/443"), 0L);
    }

    private void policy(String... protocols) {
        StringBuilder rules = new StringBuilder();
        for (String protocol : protocols) {
            rules.append("{action: Allow, protocol: ").append(protocol).append("}, ");
        }
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkPolicy
                metadata: {name: default.some}
                spec: {selector: role == 'node', types: [Ingress, Egress], ingress: [%s], egress: [%s]}
                """.formatted(rules, rules));
    }
}
