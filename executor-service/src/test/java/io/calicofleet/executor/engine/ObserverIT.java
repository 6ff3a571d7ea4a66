package io.calicofleet.executor.engine;

import static io.calicofleet.executor.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ApiServerObservation;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.FailsafePort;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.NetworkBaseline;
import io.calicofleet.event.NetworkSetFact;
import io.calicofleet.event.NetworkSetsObservation;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.executor.app.KubernetesCluster;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.release.FailsafeDefaults;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an observer looks at for which gates, and that it sees the same as the inspection did. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ObserverIT {

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory, SimulatedFleet.OWN_RELEASES, SimulatorOptions.quick());
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void sees_what_the_inspection_took_for_the_baseline_and_hears_of_what_changes() throws IOException {
        // Given
        SimulatedCluster cluster = calico("same");
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkPolicy
                metadata: {name: default.deny-all}
                spec: {selector: all()}
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkPolicy
                metadata: {name: default.allow-all-upgrade}
                spec: {selector: has(host-endpoint-upgrade)}
                """);
        await().untilAsserted(() -> assertThat(cluster.list("crd.projectcalico.org/v1", "IPPool", ""))
                .isNotEmpty());
        SimulatedFleet.Running executor = fleet.executor("inspects", cluster);
        NetworkBaseline baseline =
                ((StepSucceeded) executor.run(StepKind.INSPECT, 1)).facts().baseline();
        // When
        AtomicInteger changes = new AtomicInteger();
        try (Observer.Session session = observer(cluster)
                .start(
                        request(
                                cluster,
                                InstallMethod.MANIFEST_KDD,
                                GateKind.NETWORK_UNCHANGED,
                                GateKind.AGGREGATED_API),
                        changes::incrementAndGet)) {
            ClusterObservation seen = session.observe();
            // Then
            assertThat(seen.calicoAddresses())
                    .isEqualTo(baseline.nodeAddresses())
                    .hasSize(3);
            assertThat(seen.calicoAddresses().values()).allMatch(addresses -> !addresses.isEmpty());
            assertThat(seen.ipPools()).isEqualTo(baseline.ipPools()).isNotEmpty();
            assertThat(seen.counts()).isEqualTo(baseline.counts()).containsEntry("GlobalNetworkPolicy", 1);
            assertThat(seen.workloads().stream().map(WorkloadObservation::object))
                    .containsAll(baseline.workloads());
            assertThat(baseline.workloads())
                    .containsExactly(
                            "DaemonSet kube-system/calico-node", "Deployment kube-system/calico-kube-controllers");
            assertThat(seen.aggregatedApi()).isNull();
            assertThat(seen.dikastes()).isNull();
            // And a node whose address is found anew is seen
            int before = changes.get();
            cluster.patch("v1", "Node", "", "same-node-1", """
                    {"metadata":{"annotations":{"projectcalico.org/IPv4Address":"172.17.0.1/16"}}}
                    """);
            await().until(() -> changes.get() > before);
            await().untilAsserted(() -> assertThat(session.observe().calicoAddresses())
                    .containsEntry("same-node-1", List.of("172.17.0.1")));
        }
    }

    @Test
    void looks_at_the_workloads_of_an_operator_and_not_at_what_no_gate_asks_for() throws IOException {
        // Given
        SimulatedCluster cluster = calico("operator");
        cluster.apply("""
                {apiVersion: v1, kind: Namespace, metadata: {name: calico-system}}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: calico-typha, namespace: calico-system}
                spec:
                  selector: {matchLabels: {k8s-app: calico-typha}}
                  template:
                    metadata: {labels: {k8s-app: calico-typha}}
                    spec: {containers: [{name: calico-typha, image: "docker.io/calico/typha:v3.22.5"}]}
                """);
        // When
        try (Observer.Session session =
                observer(cluster).start(request(cluster, InstallMethod.OPERATOR, GateKind.PODS), () -> {})) {
            // Then
            await().untilAsserted(() -> assertThat(session.observe().workloads())
                    .singleElement()
                    .satisfies(typha -> {
                        assertThat(typha.object()).isEqualTo("Deployment calico-system/calico-typha");
                        assertThat(typha.readyContainers()).containsEntry("1/1", 1);
                    }));
        }
        try (Observer.Session session =
                observer(cluster).start(request(cluster, null, GateKind.APPLICATION_LAYER_POLICY), () -> {})) {
            assertThat(session.observe().workloads().stream().map(WorkloadObservation::object))
                    .as("no Installation, so no operator's namespaces: the account may not list them")
                    .containsExactlyInAnyOrder(
                            "DaemonSet kube-system/calico-node", "Deployment kube-system/calico-kube-controllers");
            assertThat(session.observe().dikastes()).isEmpty();
            assertThat(session.observe().counts()).isEmpty();
        }
    }

    @Test
    void the_network_sets_the_failsafe_ports_and_the_API_server_are_looked_at_for_the_traffic_and_only_then()
            throws IOException {
        // Given
        SimulatedCluster cluster = calico("traffic");
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkSet
                metadata: {name: partners, labels: {role: partner}}
                spec: {nets: [203.0.113.0/24]}
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: HostEndpoint
                metadata: {name: traffic-node-1-all, labels: {role: node, other: x}}
                spec: {node: traffic-node-1, interfaceName: "*"}
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: FelixConfiguration
                metadata: {name: node.traffic-node-1}
                spec: {failsafeInboundHostPorts: [{protocol: TCP, port: 22, net: 10.0.0.0/8}]}
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: FelixConfiguration
                metadata: {name: node.traffic-node-2}
                spec: {failsafeInboundHostPorts: []}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: cluster-info, namespace: kube-public}
                data: {kubeconfig: 'server: https://lb.example:8443'}
                """);
        String node = cluster.get("v1", "Node", "", "traffic-node-1")
                .at("/status/addresses/0/address")
                .asText();
        cluster.patch("v1", "Endpoints", "default", "kubernetes", """
                {"subsets":[{"addresses":[{"ip":"%s"}],"ports":[{"name":"konnectivity","port":8132},{"name":"https","port":16443}]}]}
                """.formatted(node));
        // When
        try (Observer.Session session = observer(cluster)
                .start(request(cluster, InstallMethod.MANIFEST_KDD, GateKind.HOST_ENDPOINT_TRAFFIC), () -> {})) {
            // Then
            ClusterObservation seen = session.observe();
            assertThat(seen.networkSets())
                    .isEqualTo(new NetworkSetsObservation(
                            List.of(new NetworkSetFact(
                                    "partners", Map.of("role", "partner"), List.of("203.0.113.0/24"), 1)),
                            List.of(Map.of("role", "node")),
                            false));
            assertThat(seen.apiServer()).isEqualTo(new ApiServerObservation(List.of(16_443), List.of(8443)));
            assertThat(seen.failsafe().inbound())
                    .extracting(FailsafePort::toString)
                    .containsExactly("tcp:10.0.0.0/8:22");
            assertThat(seen.failsafe().outbound())
                    .containsExactlyInAnyOrderElementsOf(
                            FailsafeDefaults.of(SimulatedFleet.SOURCE, FlowDirection.EGRESS));
            // And the environment wins, also where a ConfigMap has the value
            cluster.apply("""
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: felix, namespace: kube-system}
                    data: {inbound: "udp:68"}
                    """);
            JsonNode daemonSet = cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node");
            ObjectNode patch = Yaml.object("{spec: {template: {spec: {}}}}");
            JsonNode containers = daemonSet.at("/spec/template/spec/containers").deepCopy();
            ((ArrayNode) containers.get(0).get("env"))
                    .add(
                            Yaml.object(
                                    "{name: FELIX_FAILSAFEINBOUNDHOSTPORTS, valueFrom: {configMapKeyRef: {name: felix, key: inbound}}}"));
            ((ObjectNode) patch.at("/spec/template/spec")).set("containers", containers);
            cluster.patch("apps/v1", "DaemonSet", "kube-system", "calico-node", patch.toString());
            await().untilAsserted(() -> assertThat(session.observe().failsafe().inbound())
                    .extracting(FailsafePort::toString)
                    .containsExactly("udp:68"));
        }
        try (Observer.Session session =
                observer(cluster).start(request(cluster, InstallMethod.MANIFEST_KDD, GateKind.PODS), () -> {})) {
            assertThat(session.observe().networkSets()).isNull();
            assertThat(session.observe().failsafe()).isNull();
            assertThat(session.observe().apiServer()).isNull();
        }
    }

    @Test
    void an_upgrade_by_manifest_leaves_the_network_as_the_inspection_found_it() throws IOException {
        // Given
        SimulatedCluster cluster = calico("manifest");
        SimulatedFleet.Running executor = fleet.executor("upgrades", cluster);
        NetworkBaseline baseline =
                ((StepSucceeded) executor.run(StepKind.INSPECT, 1)).facts().baseline();
        // When
        assertThat(executor.run(StepKind.UPGRADE, 1)).isInstanceOf(StepSucceeded.class);
        // Then
        try (Observer.Session session = observer(cluster)
                .start(request(cluster, InstallMethod.MANIFEST_KDD, GateKind.NETWORK_UNCHANGED), () -> {})) {
            await().untilAsserted(() -> assertThat(cluster.nodeVersions().values())
                    .allMatch("v3.22.5"::equals)
                    .hasSize(3));
            await().untilAsserted(() -> isUnchanged(session.observe(), baseline));
        }
    }

    @Test
    void an_upgrade_by_the_operator_leaves_the_network_as_the_inspection_found_it() {
        // Given
        fleet.close();
        fleet = new SimulatedFleet(directory, OperatorClusters.releases(directory), SimulatorOptions.quick());
        SimulatedCluster cluster = OperatorClusters.install(fleet, "o");
        cluster.apply("{apiVersion: operator.tigera.io/v1, kind: APIServer, metadata: {name: default}, spec: {}}");
        await().untilAsserted(
                        () -> assertThat(cluster.get("apps/v1", "Deployment", "calico-apiserver", "calico-apiserver"))
                                .isNotNull());
        SimulatedFleet.Running executor = fleet.executor("upgrades", cluster);
        NetworkBaseline baseline = ((StepSucceeded)
                        executor.run(OperatorClusters.request(cluster, StepKind.INSPECT, "v3.31.7", "c1")))
                .facts()
                .baseline();
        assertThat(baseline.workloads())
                .contains(
                        "DaemonSet calico-system/calico-node",
                        "Deployment calico-apiserver/calico-apiserver",
                        "Deployment tigera-operator/tigera-operator");
        // When
        StepRequested upgrade = OperatorClusters.request(cluster, StepKind.UPGRADE_OPERATOR, "v3.31.7", "c1");
        assertThat(executor.run(upgrade)).isInstanceOf(StepSucceeded.class);
        OperatorClusters.awaitCalico(cluster, "v3.31.7");
        // Then
        try (Observer.Session session = observer(cluster)
                .start(
                        request(cluster, InstallMethod.OPERATOR, GateKind.OPERATOR, GateKind.NETWORK_UNCHANGED),
                        () -> {})) {
            await().untilAsserted(() -> {
                ClusterObservation seen = session.observe();
                isUnchanged(seen, baseline);
                assertThat(seen.operator().rolledOut()).isTrue();
            });
        }
    }

    private static void isUnchanged(ClusterObservation seen, NetworkBaseline baseline) {
        assertThat(seen.calicoAddresses()).isEqualTo(baseline.nodeAddresses());
        assertThat(seen.ipPools()).isEqualTo(baseline.ipPools());
        assertThat(seen.counts()).isEqualTo(baseline.counts());
        // The API server moves to another namespace with v3.31.
        assertThat(seen.workloads().stream().map(workload -> workload.kind() + "/" + workload.name()))
                .containsAll(baseline.workloads().stream()
                        .map(object -> object.replaceFirst(" .*/", "/"))
                        .toList());
    }

    private SimulatedCluster calico(String id) throws IOException {
        SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named(id)
                .withManifest(Files.readString(SimulatedFleet.OWN_RELEASES.resolve("v3.13.4/calico.yaml"))));
        await().untilAsserted(() -> {
            assertThat(cluster.nodeVersions()).hasSize(3);
            // calico-node makes it when it starts.
            assertThat(cluster.list("crd.projectcalico.org/v1", "IPPool", "")).isNotEmpty();
        });
        return cluster;
    }

    private Observer observer(SimulatedCluster cluster) {
        return new KubernetesCluster(
                        ClusterId.of(cluster.id()), fleet.api(cluster), Duration.ofSeconds(3), InstantSource.system())
                .observer();
    }

    private static StepRequested request(SimulatedCluster cluster, InstallMethod method, GateKind... gates) {
        return new StepRequested(
                new StepId(CampaignName.of("c1"), ClusterId.of(cluster.id()), StepKind.UPGRADE, 1),
                Arrays.stream(gates)
                        .map(gate -> GateRequirement.of(gate, Duration.ofMinutes(5)))
                        .toList(),
                StepParameters.ofUpgrade(method, SimulatedFleet.SOURCE, SimulatedFleet.TARGET, null),
                "please");
    }
}
