package io.calicofleet.simulator;

import static io.calicofleet.simulator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** A Felix that cannot program its node, or cannot be asked, and what Kubernetes makes of that. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FelixCrashIT {

    private static final String API = "crd.projectcalico.org/v1";
    private static final String ALLOW_ALL = """
            apiVersion: crd.projectcalico.org/v1
            kind: GlobalNetworkPolicy
            metadata: {name: default.allow-all}
            spec: {selector: all(), types: [Ingress, Egress], ingress: [{action: Allow}], egress: [{action: Allow}]}
            """;
    private static final String POISON = """
            apiVersion: crd.projectcalico.org/v1
            kind: GlobalNetworkPolicy
            metadata: {name: default.poison}
            spec: {selector: role == 'edge', types: [Ingress], ingress: [{action: Allow, protocol: TCP, notProtocol: UDP}]}
            """;

    private final Simulator simulator = Simulator.start(SimulatorOptions.quick().withTls(false));
    private final SimulatedCluster cluster = simulator.addCluster(
            ClusterTemplate.named("c").withNodes(2).withManifest(RolloutIT.release("v3.13.4/calico.yaml")));

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void a_poisonous_policy_bites_on_the_nodes_it_selects_until_it_is_gone() {
        awaitReady(2);
        endpoint("c-node-1", "edge");
        endpoint("c-node-2", "inner");
        cluster.apply(ALLOW_ALL);
        cluster.apply(POISON);

        upgrade();

        await().untilAsserted(() -> {
            assertThat(cluster.felixCrashes()).containsOnlyKeys("c-node-1");
            JsonNode container = pod("c-node-1").at("/status/containerStatuses/0");
            assertThat(container.path("restartCount").asInt()).isGreaterThanOrEqualTo(2);
            assertThat(container.path("ready").asBoolean()).isFalse();
        });
        assertThat(cluster.felixCrashes().get("c-node-1")).contains("poison", "protocol and notProtocol");
        await().untilAsserted(() -> assertThat(pod("c-node-1")
                        .at("/status/containerStatuses/0/state/waiting/reason")
                        .asText())
                .isEqualTo("CrashLoopBackOff"));
        assertThat(events("c-node-1"))
                .anyMatch(text -> text.startsWith("Unhealthy Readiness probe failed: calico/node is not ready: felix"))
                .contains(
                        "Killing Container calico-node failed liveness probe, will be restarted",
                        "BackOff Back-off restarting failed container");

        cluster.delete(API, "GlobalNetworkPolicy", "", "default.poison");

        awaitReady(2);
        await().untilAsserted(() -> assertThat(cluster.nodeVersions().values()).containsOnly("v3.22.5"));
        assertThat(cluster.felixCrashes()).isEmpty();
    }

    @Test
    void policies_that_cut_the_probes_of_calico_node_make_it_unready() {
        upgrade();
        awaitReady(2);

        endpoint("c-node-1", "edge");

        await().untilAsserted(() ->
                assertThat(events("c-node-1")).anyMatch(text -> text.contains("context deadline exceeded")));
        await().untilAsserted(() -> assertThat(ready()).isEqualTo(1));
        cluster.apply(ALLOW_ALL);
        awaitReady(2);
    }

    private void upgrade() {
        Json.yamlDocuments(RolloutIT.release("v3.22.5/calico.yaml")).stream()
                .filter(object -> object.path("kind").asText().equals("DaemonSet"))
                .forEach(set -> cluster.apply(set.toString()));
    }

    private void endpoint(String node, String role) {
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: HostEndpoint
                metadata: {name: %s-all, labels: {role: %s}}
                spec: {node: %s, interfaceName: "*"}
                """.formatted(node, role, node));
    }

    private void awaitReady(int nodes) {
        await().untilAsserted(() -> assertThat(ready()).isEqualTo(nodes));
    }

    private int ready() {
        JsonNode set = cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node");
        return set == null ? -1 : set.at("/status/numberReady").asInt();
    }

    private JsonNode pod(String node) {
        return cluster.list("v1", "Pod", "kube-system").stream()
                .filter(pod -> Json.text(pod, "spec", "nodeName").equals(node))
                .filter(pod -> Json.text(pod, "metadata", "labels", "k8s-app").equals("calico-node"))
                .findFirst()
                .orElseGet(Json::object);
    }

    private List<String> events(String node) {
        String pod = Json.text(pod(node), "metadata", "name");
        return cluster.list("v1", "Event", "kube-system").stream()
                .filter(event -> Json.text(event, "involvedObject", "name").equals(pod))
                .map(event -> event.path("reason").asText() + " "
                        + event.path("message").asText())
                .toList();
    }
}
