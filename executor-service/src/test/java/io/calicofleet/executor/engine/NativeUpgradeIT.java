package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster whose resources are definitions of {@code projectcalico.org/v3} themselves, as calico-v3-crds.yaml of v3.32 and
 * v3.33 installs it, is upgraded from one such file to the next.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NativeUpgradeIT {

    private static final String V3 = "projectcalico.org/v3";
    private static final String LABEL = "host-endpoint-upgrade";

    private static final String ENDPOINTS = """
            apiVersion: projectcalico.org/v3
            kind: HostEndpoint
            metadata: {name: all, labels: {role: edge}}
            spec: {node: NODE-1, interfaceName: "*"}
            ---
            apiVersion: projectcalico.org/v3
            kind: HostEndpoint
            metadata: {name: eth0, labels: {role: edge}}
            spec: {node: NODE-2, interfaceName: eth0}
            ---
            apiVersion: projectcalico.org/v3
            kind: GlobalNetworkPolicy
            metadata: {name: edge}
            spec:
              selector: role == 'edge'
              ingress: [{action: Allow}]
              egress: [{action: Allow}]
            """;

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;
    private SimulatedCluster cluster;
    private SimulatedFleet.Running executor;

    @BeforeEach
    void start() {
        NativeReleases.write(directory.resolve("releases"));
        fleet = new SimulatedFleet(directory, directory.resolve("releases"), SimulatorOptions.quick());
        cluster = fleet.cluster(ClusterTemplate.named("c01")
                .withKubernetes(NativeReleases.KUBERNETES)
                .withNodes(2)
                .withManifest(NativeReleases.manifest(NativeReleases.SOURCE)));
        awaitReady();
        cluster.apply(ENDPOINTS.replace("NODE", "c01-node"));
        executor = fleet.executor("run1", cluster);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void goes_from_one_patch_to_the_next_with_host_endpoints_and_a_setting_of_peoples_and_back() {
        // Given
        setForNodes("CALICO_API_GROUP", V3);
        Map<String, List<JsonNode>> before = resources();
        // When
        ClusterFacts facts = succeeded(StepKind.INSPECT).facts();
        // Then
        assertThat(facts.installMethod()).isEqualTo(InstallMethod.MANIFEST_KDD_NATIVE);
        assertThat(facts.calicoVersion()).isEqualTo(NativeReleases.SOURCE);
        assertThat(facts.clusterInformationVersion()).isEqualTo(NativeReleases.SOURCE);
        assertThat(facts.hostEndpoints()).extracting(HostEndpointFact::name).containsExactlyInAnyOrder("all", "eth0");
        assertThat(facts.conflicts()).isEmpty();
        assertThat(facts.unservedKinds()).isEmpty();
        // When
        succeeded(StepKind.BACKUP);
        succeeded(StepKind.PROTECT_HOST_ENDPOINTS);
        assertThat(resources()).containsKey("GlobalNetworkPolicy allow-all-upgrade");
        assertThat(labels("all")).containsOnly(Map.entry("role", "edge"), Map.entry(LABEL, ""));
        StepSucceeded upgraded = succeeded(StepKind.UPGRADE);
        // Then
        assertThat(upgraded.changes())
                .contains(
                        "DaemonSet kube-system/calico-node",
                        "Deployment kube-system/calico-webhooks",
                        "ValidatingAdmissionPolicy protect-builtin-tiers.projectcalico.org");
        JsonNode node = cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                .at("/spec/template/spec/containers/0");
        assertThat(node.path("image").asText()).isEqualTo("quay.io/calico/node:v3.32.1");
        assertThat(node.path("env").findValuesAsText("value")).contains(V3);
        awaitVersion("v3.32.1");
        assertThat(cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition", ""))
                .noneMatch(crd -> crd.at("/spec/group").asText().equals("crd.projectcalico.org"));
        // When
        succeeded(StepKind.RESTORE);
        // Then
        assertThat(cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                        .at("/spec/template/spec/containers/0/image")
                        .asText())
                .isEqualTo("quay.io/calico/node:v3.32.0");
        assertThat(cluster.list("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", ""))
                .as("what the upgrade brought")
                .isEmpty();
        assertThat(resources()).isEqualTo(before);
    }

    @Test
    void automatic_host_endpoints_take_over_until_the_gate_sees_one_for_each_node_and_the_way_back_removes_them() {
        // Given
        Map<String, List<JsonNode>> before = resources();
        String labels = nodeLabels("c01-node-1");
        succeeded(StepKind.BACKUP);
        succeeded(StepKind.PROTECT_HOST_ENDPOINTS);
        succeeded(StepKind.UPGRADE);
        awaitVersion("v3.32.1");
        awaitReady();
        // When
        succeeded(StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS);
        // Then
        StepRequested judged = request(
                StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS,
                List.of(GateRequirement.of(GateKind.AUTO_HOST_ENDPOINTS, Duration.ofMinutes(1))));
        List<HostEndpointFact> seen = executor.observe(judged).hostEndpoints();
        assertThat(seen)
                .filteredOn(HostEndpointFact::automatic)
                .extracting(HostEndpointFact::node)
                .containsExactlyInAnyOrder("c01-node-1", "c01-node-2");
        assertThat(seen)
                .filteredOn(endpoint -> !endpoint.automatic())
                .extracting(HostEndpointFact::name)
                .containsExactly("eth0");
        assertThat(labels("c01-node-1-auto-hep"))
                .containsEntry("role", "edge")
                .containsEntry("kubernetes.io/hostname", "c01-node-1")
                .containsEntry(LABEL, "");
        // When
        succeeded(StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC);
        succeeded(StepKind.RELEASE_HOST_ENDPOINTS);
        // Then
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(labels("c01-node-1-auto-hep"))
                        .containsKey("calico-fleet.io/host-endpoint")
                        .doesNotContainKey(LABEL));
        assertThat(nodeLabels("c01-node-1")).doesNotContain(LABEL);
        assertThat(cluster.drops()).isEmpty();
        // When
        succeeded(StepKind.RESTORE);
        // Then
        assertThat(resources()).isEqualTo(before);
        assertThat(nodeLabels("c01-node-1")).isEqualTo(labels);
    }

    @Test
    void the_release_puts_the_approved_policy_in_place_of_the_temporary_one_and_nothing_is_cut() {
        // Given
        succeeded(StepKind.BACKUP);
        succeeded(StepKind.PROTECT_HOST_ENDPOINTS);
        succeeded(StepKind.UPGRADE);
        awaitVersion("v3.32.1");
        // When
        succeeded(StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC);
        assertThat(resources()).containsKey("GlobalNetworkPolicy allow-all-upgrade");
        succeeded(StepKind.RELEASE_HOST_ENDPOINTS);
        // Then
        assertThat(resources())
                .containsKey("GlobalNetworkPolicy calico-fleet-host-endpoints")
                .doesNotContainKey("GlobalNetworkPolicy allow-all-upgrade");
        JsonNode policy = cluster.get(V3, "GlobalNetworkPolicy", "", "calico-fleet-host-endpoints");
        assertThat(policy.at("/spec/tier").asText()).as("of native definitions").isEqualTo("default");
        assertThat(labels("all"))
                .containsOnly(Map.entry("role", "edge"), Map.entry("calico-fleet.io/host-endpoint", ""));
        assertThat(labels("eth0")).containsOnly(Map.entry("role", "edge"));
        assertThat(cluster.drops()).isEmpty();
    }

    @Test
    void a_policy_that_would_lock_a_node_out_is_seen_and_the_temporary_one_stays() {
        // Given
        succeeded(StepKind.PROTECT_HOST_ENDPOINTS);
        cluster.patch(V3, "GlobalNetworkPolicy", "", "edge", """
                {"spec": {"ingress": [{"action": "Allow", "protocol": "TCP", "destination": {"ports": [443]}}]}}""");
        // When
        StepProgress released = executor.run(new StepRequested(
                executor.id(StepKind.RELEASE_HOST_ENDPOINTS, 1),
                List.of(),
                StepParameters.ofUpgrade(
                        InstallMethod.MANIFEST_KDD_NATIVE,
                        NativeReleases.SOURCE,
                        NativeReleases.TARGET,
                        OnConflict.HOLD),
                "please"));
        // Then
        assertThat(released).isInstanceOfSatisfying(StepFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.WOULD_LOCK_OUT);
            assertThat(failed.evidence()).anyMatch(line -> line.startsWith("kubelet tcp/10250 on c01-node-1"));
        });
        assertThat(resources()).containsKey("GlobalNetworkPolicy allow-all-upgrade");
        assertThat(labels("all")).containsKey(LABEL);
    }

    private void awaitReady() {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            for (String kind : List.of("ClusterInformation", "KubeControllersConfiguration")) {
                assertThat(cluster.get(V3, kind, "", "default")).as(kind).isNotNull();
            }
            for (String deployment : List.of("calico-kube-controllers", "calico-webhooks")) {
                JsonNode status = cluster.get("apps/v1", "Deployment", "kube-system", deployment)
                        .path("status");
                assertThat(status.path("readyReplicas").asInt()).as(deployment).isEqualTo(1);
                assertThat(status.path("updatedReplicas").asInt())
                        .as(deployment)
                        .isEqualTo(1);
            }
        });
    }

    private void awaitVersion(String version) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(cluster.get(V3, "ClusterInformation", "", "default")
                            .at("/spec/calicoVersion")
                            .asText())
                    .isEqualTo(version);
            assertThat(cluster.nodeVersions().values()).hasSize(2).containsOnly(version);
        });
    }

    /** Sets a variable of calico-node as {@code kubectl set env} does. */
    private void setForNodes(String name, String value) {
        JsonNode containers = cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                .at("/spec/template/spec/containers")
                .deepCopy();
        ((ArrayNode) containers.path(0).path("env"))
                .addObject()
                .put("name", name)
                .put("value", value);
        cluster.patch(
                "apps/v1",
                "DaemonSet",
                "kube-system",
                "calico-node",
                "{\"spec\": {\"template\": {\"spec\": {\"containers\": " + containers + "}}}}");
    }

    private StepSucceeded succeeded(StepKind kind) {
        StepProgress outcome = run(kind);
        assertThat(outcome).as(kind.toString()).isInstanceOf(StepSucceeded.class);
        return (StepSucceeded) outcome;
    }

    private StepProgress run(StepKind kind) {
        return executor.run(request(kind, List.of()));
    }

    private StepRequested request(StepKind kind, List<GateRequirement> gates) {
        return new StepRequested(
                executor.id(kind, 1),
                gates,
                StepParameters.ofUpgrade(
                                InstallMethod.MANIFEST_KDD_NATIVE,
                                NativeReleases.SOURCE,
                                NativeReleases.TARGET,
                                OnConflict.HOLD)
                        .withPoliciesAccepted()
                        .withSuggestedPolicy(true, SimulatedFleet.SUGGESTED_POLICY),
                "please");
    }

    private Map<String, String> labels(String endpoint) {
        Map<String, String> labels = new TreeMap<>();
        cluster.get(V3, "HostEndpoint", "", endpoint)
                .at("/metadata/labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }

    private String nodeLabels(String node) {
        return cluster.get("v1", "Node", "", node).at("/metadata/labels").toString();
    }

    /** Host endpoints and policies, with their labels. */
    private Map<String, List<JsonNode>> resources() {
        Map<String, List<JsonNode>> resources = new TreeMap<>();
        for (String kind : Set.of("HostEndpoint", "GlobalNetworkPolicy")) {
            cluster.list(V3, kind, "")
                    .forEach(each -> resources.put(
                            kind + " " + each.at("/metadata/name").asText(),
                            List.of(each.at("/metadata/labels"), each.path("spec"))));
        }
        return resources;
    }
}
