package io.calicofleet.simulator;

import static io.calicofleet.simulator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.demo.DemoFleet;
import io.calicofleet.simulator.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** calico-node rolls from v3.13.4 to v3.22.5, with and without trouble. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RolloutIT {

    private final Simulator simulator = Simulator.start(SimulatorOptions.quick().withTls(false));
    private final SimulatedCluster cluster =
            simulator.addCluster(ClusterTemplate.named("c").withNodes(3).withManifest(release("v3.13.4/calico.yaml")));

    @AfterEach
    void stop() {
        simulator.close();
    }

    static String release(String path) {
        try (InputStream in = Objects.requireNonNull(RolloutIT.class.getResourceAsStream("/releases/" + path), path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode daemonSet() {
        return Objects.requireNonNull(cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node"));
    }

    private int status(String field) {
        return daemonSet().path("status").path(field).asInt();
    }

    private String calicoVersion() {
        JsonNode information = cluster.get("crd.projectcalico.org/v1", "ClusterInformation", "", "default");
        return information == null ? "" : Json.text(information, "spec", "calicoVersion");
    }

    private void awaitInstalled() {
        await().untilAsserted(() -> {
            assertThat(status("numberReady")).isEqualTo(3);
            assertThat(status("numberAvailable")).isEqualTo(3);
            assertThat(calicoVersion()).isEqualTo("v3.13.4");
        });
    }

    private void upgradeDaemonSet() {
        String set = Json.yamlDocuments(release("v3.22.5/calico.yaml")).stream()
                .filter(object -> object.path("kind").asText().equals("DaemonSet"))
                .findFirst()
                .map(JsonNode::toString)
                .orElseThrow();
        cluster.apply(set);
    }

    private List<JsonNode> nodePods() {
        return cluster.list("v1", "Pod", "kube-system").stream()
                .filter(pod -> Json.text(pod, "metadata", "labels", "k8s-app").equals("calico-node"))
                .toList();
    }

    @Test
    void rolls_node_by_node_and_writes_the_version() {
        awaitInstalled();
        upgradeDaemonSet();
        await().untilAsserted(() -> {
            assertThat(status("updatedNumberScheduled")).isEqualTo(3);
            assertThat(status("numberAvailable")).isEqualTo(3);
            assertThat(status("observedGeneration")).isEqualTo(2);
        });
        assertThat(calicoVersion()).isEqualTo("v3.22.5");
        assertThat(cluster.nodeVersions().values()).containsOnly("v3.22.5");
        assertThat(nodePods())
                .hasSize(3)
                .allSatisfy(pod -> assertThat(
                                pod.at("/status/containerStatuses/0/ready").asBoolean())
                        .isTrue())
                .allSatisfy(pod ->
                        assertThat(pod.at("/status/initContainerStatuses")).hasSize(4));
        assertThat(cluster.list("apps/v1", "ControllerRevision", "kube-system"))
                .filteredOn(revision ->
                        revision.at("/metadata/labels/k8s-app").asText().equals("calico-node"))
                .hasSize(2);
    }

    @Test
    void a_node_that_never_gets_ready_stops_the_rollout_until_it_does() {
        awaitInstalled();
        cluster.faults().neverReady("c-node-1", "node:v3.22.5");
        upgradeDaemonSet();
        await().untilAsserted(() -> assertThat(cluster.nodeVersions()).containsEntry("c-node-1", "v3.22.5"));
        await().during(Duration.ofMillis(100))
                .untilAsserted(
                        () -> assertThat(status("updatedNumberScheduled")).isEqualTo(1));
        assertThat(status("numberUnavailable")).isEqualTo(1);
        cluster.faults().clear();
        await().untilAsserted(() -> assertThat(status("numberAvailable")).isEqualTo(3));
        await().untilAsserted(() -> assertThat(status("updatedNumberScheduled")).isEqualTo(3));
    }

    @Test
    void a_rollout_that_is_stuck_goes_back_to_an_image_that_is_well() {
        awaitInstalled();
        String before = cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                .at("/spec/template/spec/containers/0/image")
                .asText();
        cluster.faults().neverReadyBut("c-node-1", "/node:", before);
        upgradeDaemonSet();
        await().untilAsserted(() -> assertThat(cluster.nodeVersions()).containsEntry("c-node-1", "v3.22.5"));
        cluster.patch(
                "apps/v1",
                "DaemonSet",
                "kube-system",
                "calico-node",
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"calico-node\",\"image\":\"" + before
                        + "\"}]}}}}");
        await().untilAsserted(() -> {
            assertThat(cluster.nodeVersions().values()).hasSize(3).containsOnly("v3.13.4");
            assertThat(status("numberAvailable")).isEqualTo(3);
        });
    }

    @Test
    void an_image_that_cannot_be_pulled_is_shown_by_its_pod() {
        awaitInstalled();
        cluster.faults().imagePullFails("*", "calico/cni:v3.22.5");
        upgradeDaemonSet();
        await().untilAsserted(() -> assertThat(nodePods())
                .anySatisfy(pod -> assertThat(pod.at("/status/initContainerStatuses/0/state/waiting/reason")
                                .asText())
                        .isEqualTo("ImagePullBackOff")));
    }

    @Test
    void an_image_is_meant_by_a_pattern_and_its_pod_has_the_events_of_a_kubelet_until_it_can_be_pulled() {
        awaitInstalled();
        cluster.faults().imagePullFails("c-node-1", "*/calico/*:v3.22.*");
        upgradeDaemonSet();
        await().untilAsserted(() -> assertThat(cluster.list("v1", "Event", "kube-system").stream()
                        .filter(event ->
                                Json.text(event, "involvedObject", "name").startsWith("calico-node-"))
                        .map(event -> event.path("reason").asText() + " "
                                + event.path("message").asText()))
                .contains(
                        "Pulling Pulling image \"docker.io/calico/cni:v3.22.5\"",
                        "Failed Error: ErrImagePull",
                        "BackOff Back-off pulling image \"docker.io/calico/cni:v3.22.5\"",
                        "Failed Error: ImagePullBackOff")
                .anyMatch(text ->
                        text.startsWith("Failed Failed to pull image \"docker.io/calico/cni:v3.22.5\": rpc error")));
        cluster.faults().clear();
        await().untilAsserted(() -> assertThat(status("updatedNumberScheduled")).isEqualTo(3));
    }

    @Test
    void a_node_that_is_not_ready_stops_the_rollout() {
        awaitInstalled();
        cluster.faults().nodesNotReady("c-node-3");
        await().untilAsserted(() -> assertThat(status("numberAvailable")).isEqualTo(2));
        upgradeDaemonSet();
        await().untilAsserted(() -> assertThat(status("updatedNumberScheduled")).isEqualTo(1));
        await().during(Duration.ofMillis(100))
                .untilAsserted(
                        () -> assertThat(status("updatedNumberScheduled")).isEqualTo(1));
        cluster.faults().nodesNotReady();
        await().untilAsserted(() -> {
            assertThat(status("updatedNumberScheduled")).isEqualTo(3);
            assertThat(status("numberAvailable")).isEqualTo(3);
        });
    }

    @Test
    void an_old_pod_that_restarts_flips_the_version_back() {
        awaitInstalled();
        cluster.faults().neverReady("c-node-1", "node:v3.22.5");
        upgradeDaemonSet();
        await().untilAsserted(() -> assertThat(calicoVersion()).isEqualTo("v3.22.5"));
        String old = nodePods().stream()
                .filter(pod -> Json.text(pod, "spec", "nodeName").equals("c-node-2"))
                .map(pod -> Json.text(pod, "metadata", "name"))
                .findFirst()
                .orElseThrow();
        // With RollingUpdate the controller would replace the restarting pod at once, as Kubernetes does.
        cluster.patch(
                "apps/v1",
                "DaemonSet",
                "kube-system",
                "calico-node",
                "{\"spec\":{\"updateStrategy\":{\"type\":\"OnDelete\",\"rollingUpdate\":null}}}");
        cluster.restartContainer("kube-system", old, "calico-node");
        await().untilAsserted(() -> assertThat(calicoVersion()).isEqualTo("v3.13.4"));
    }

    @Test
    void traffic_of_host_endpoints_is_dropped_or_logged_by_new_nodes_only() {
        ConcurrentLinkedQueue<TrafficLine> lines = new ConcurrentLinkedQueue<>();
        simulator.addTrafficSink(lines::add);
        awaitInstalled();
        DemoFleet.hostEndpoints(cluster);
        await().untilAsserted(() -> assertThat(cluster.allowed().keySet())
                .anySatisfy(what -> assertThat(what).endsWith("ingress tcp/30080")));
        assertThat(cluster.drops()).isEmpty();
        upgradeDaemonSet();
        await().untilAsserted(() -> assertThat(cluster.drops().keySet())
                .anySatisfy(what -> assertThat(what).endsWith("ingress tcp/30080")));
        for (int i = 1; i <= 3; i++) {
            cluster.patch(
                    "crd.projectcalico.org/v1",
                    "HostEndpoint",
                    "",
                    "c-node-" + i + "-all",
                    "{\"metadata\":{\"labels\":{\"host-endpoint-upgrade\":\"\"}}}");
        }
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkPolicy
                metadata: {name: default.allow-all-upgrade}
                spec:
                  selector: has(host-endpoint-upgrade)
                  types: [Ingress, Egress]
                  ingress: [{action: Log}, {action: Allow}]
                  egress: [{action: Log}, {action: Allow}]
                """);
        await().untilAsserted(() -> assertThat(lines)
                .anySatisfy(line -> assertThat(line.log())
                        .matches(
                                "\\S+ c-node-\\d kernel: calico-packet: IN=eth0 OUT= MAC=\\S+ SRC=10\\.0\\.253\\.5 DST=\\S+"
                                        + " LEN=60 .* PROTO=TCP SPT=\\d+ DPT=30080 .*")));
        await().untilAsserted(() ->
                assertThat(lines).anySatisfy(line -> assertThat(line.log()).contains("link becomes ready")));
        assertThat(lines).noneSatisfy(line -> assertThat(line.log()).contains(" DPT=22 "));
    }

    @Test
    void a_node_whose_pool_has_no_definition_yet_does_not_start_until_it_has() {
        // Given
        List<JsonNode> objects = Json.yamlDocuments(release("v3.13.4/calico.yaml"));
        String pools = "ippools.crd.projectcalico.org";
        SimulatedCluster late =
                simulator.addCluster(ClusterTemplate.named("late").withNodes(2));
        objects.stream()
                .filter(object -> !Json.text(object, "metadata", "name").equals(pools))
                .forEach(object -> late.apply(object.toString()));
        await().untilAsserted(
                        () -> assertThat(late.get("crd.projectcalico.org/v1", "ClusterInformation", "", "default"))
                                .isNotNull());
        await().untilAsserted(() -> assertThat(late.list("v1", "Event", "kube-system"))
                .anyMatch(event -> event.path("message").asText().contains("connection refused")));
        assertThat(late.nodeVersions()).isEmpty();
        assertThat(late.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                        .at("/status/numberReady")
                        .asInt())
                .isZero();
        // When
        objects.stream()
                .filter(object -> Json.text(object, "metadata", "name").equals(pools))
                .forEach(object -> late.apply(object.toString()));
        // Then
        await().untilAsserted(
                        () -> assertThat(late.get("crd.projectcalico.org/v1", "IPPool", "", "default-ipv4-ippool"))
                                .isNotNull());
        await().untilAsserted(() -> assertThat(late.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                        .at("/status/numberReady")
                        .asInt())
                .isEqualTo(2));
        assertThat(late.nodeVersions()).hasSize(2);
    }

    @Test
    void deleting_a_daemon_set_deletes_its_pods() {
        awaitInstalled();
        cluster.delete("apps/v1", "DaemonSet", "kube-system", "calico-node");
        await().untilAsserted(() -> assertThat(nodePods()).isEmpty());
    }

    @Test
    void a_workload_stored_with_another_uid_has_pods_of_its_own_and_those_of_the_other_go() {
        awaitInstalled();
        for (String kind : List.of("Deployment", "DaemonSet")) {
            String name = kind.equals("Deployment") ? "coredns" : "kube-proxy";
            ObjectNode read = Objects.requireNonNull(cluster.get("apps/v1", kind, "kube-system", name))
                    .deepCopy();
            read.remove("status");
            read.withObject("/metadata").put("uid", "of-" + name);

            assertThat(new GivenObjects(List.of(read)).addTo(cluster)).isEmpty();

            awaitPods(name, kind.equals("Deployment") ? 2 : 3);
            List<JsonNode> owners = cluster.list("apps/v1", "ReplicaSet", "kube-system").stream()
                    .filter(set -> Json.text(set, "metadata", "name").startsWith(name))
                    .toList();
            assertThat(owners)
                    .allMatch(set ->
                            set.at("/metadata/ownerReferences/0/uid").asText().equals("of-" + name));
        }
    }

    private void awaitPods(String app, int number) {
        await().untilAsserted(() -> assertThat(cluster.list("v1", "Pod", "kube-system").stream()
                        .filter(pod -> Json.text(pod, "metadata", "name").startsWith(app))
                        .filter(pod -> pod.path("status").toString().contains("\"type\":\"Ready\"")))
                .hasSize(number));
    }

    @Test
    void a_deployment_whose_name_of_a_set_is_taken_counts_the_collision_and_takes_another() {
        awaitInstalled();
        ObjectNode set = cluster.list("apps/v1", "ReplicaSet", "kube-system").stream()
                .filter(each -> Json.text(each, "metadata", "name").startsWith("coredns-"))
                .findFirst()
                .map(JsonNode::<ObjectNode>deepCopy)
                .orElseThrow();
        ObjectNode metadata = set.withObject("/metadata");
        metadata.remove(List.of("uid", "resourceVersion"));
        metadata.put("name", metadata.path("name").asText().replace("coredns-", "second-"));
        set.remove("status");
        set.withObject("/spec").put("replicas", 0);
        cluster.create(set);
        String second = Objects.requireNonNull(cluster.get("apps/v1", "Deployment", "kube-system", "coredns"))
                .toString()
                .replace("\"name\":\"coredns\",\"namespace\"", "\"name\":\"second\",\"namespace\"");
        ObjectNode deployment = (ObjectNode) Json.parse(second);
        deployment.withObject("/metadata").remove(List.of("uid", "resourceVersion", "managedFields", "generation"));
        deployment.remove("status");
        cluster.create(deployment);

        awaitPods("second", 2);
        assertThat(Objects.requireNonNull(cluster.get("apps/v1", "Deployment", "kube-system", "second"))
                        .at("/status/collisionCount")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void a_deployment_adopts_a_set_of_its_name_that_nobody_owns() {
        awaitInstalled();
        awaitPods("coredns", 2);
        JsonNode set = cluster.list("apps/v1", "ReplicaSet", "kube-system").stream()
                .filter(each -> Json.text(each, "metadata", "name").startsWith("coredns-"))
                .findFirst()
                .orElseThrow();
        String name = Json.text(set, "metadata", "name");
        cluster.patch("apps/v1", "ReplicaSet", "kube-system", name, "{\"metadata\":{\"ownerReferences\":null}}");
        cluster.patch(
                "apps/v1", "Deployment", "kube-system", "coredns", "{\"metadata\":{\"labels\":{\"seen\":\"1\"}}}");

        await().untilAsserted(() -> assertThat(
                        Objects.requireNonNull(cluster.get("apps/v1", "ReplicaSet", "kube-system", name))
                                .at("/metadata/ownerReferences"))
                .isEqualTo(set.at("/metadata/ownerReferences")));
        awaitPods("coredns", 2);
    }
}
