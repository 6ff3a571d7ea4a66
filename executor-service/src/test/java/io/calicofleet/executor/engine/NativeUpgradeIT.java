package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.adapter.calico.NativeDefinitions;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.kubernetes.rbac.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster whose resources are definitions of {@code projectcalico.org/v3} themselves, as calico-v3-crds.yaml of v3.32 and
 * v3.33 installs it, is upgraded from one such file to the next. The files are our own, small ones.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NativeUpgradeIT {

    private static final CalicoVersion SOURCE = CalicoVersion.parse("v3.32.0");
    private static final CalicoVersion TARGET = CalicoVersion.parse("v3.32.1");
    private static final String V3 = "projectcalico.org/v3";

    private static final String INSTALL = """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: calico-node, namespace: kube-system}
            ---
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: calico-node, namespace: kube-system, labels: {k8s-app: calico-node}}
            spec:
              selector: {matchLabels: {k8s-app: calico-node}}
              updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 1}}
              template:
                metadata: {labels: {k8s-app: calico-node}}
                spec:
                  hostNetwork: true
                  serviceAccountName: calico-node
                  tolerations: [{operator: Exists}]
                  containers:
                  - name: calico-node
                    image: quay.io/calico/node:VERSION
                    env:
                    - {name: DATASTORE_TYPE, value: kubernetes}
                    - {name: FELIX_NEW_IN, value: VERSION}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: calico-webhooks, namespace: kube-system, labels: {k8s-app: calico-webhooks}}
            spec:
              replicas: 1
              selector: {matchLabels: {k8s-app: calico-webhooks}}
              template:
                metadata: {labels: {k8s-app: calico-webhooks}}
                spec:
                  serviceAccountName: calico-node
                  containers:
                  - {name: calico-webhooks, image: "quay.io/calico/webhooks:VERSION"}
            ---
            """;

    private static final String ENDPOINTS = """
            apiVersion: projectcalico.org/v3
            kind: HostEndpoint
            metadata: {name: all, labels: {role: edge}}
            spec: {node: node-1, interfaceName: "*", profiles: [projectcalico-default-allow]}
            """;

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;

    @BeforeEach
    void start() throws IOException {
        for (CalicoVersion version : List.of(SOURCE, TARGET)) {
            Path release = Files.createDirectories(directory.resolve("releases").resolve(version.toString()));
            Files.writeString(release.resolve("calico-v3-crds.yaml"), manifest(version));
        }
        fleet = new SimulatedFleet(directory, directory.resolve("releases"), SimulatorOptions.quick());
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void goes_from_one_patch_to_the_next_with_host_endpoints_and_a_setting_of_peoples_and_back() {
        // Given
        SimulatedCluster cluster = cluster("native");
        cluster.patch("apps/v1", "DaemonSet", "kube-system", "calico-node", """
                {"spec": {"template": {"spec": {"containers": [{"name": "calico-node",
                  "image": "quay.io/calico/node:v3.32.0", "env": [
                    {"name": "DATASTORE_TYPE", "value": "kubernetes"},
                    {"name": "FELIX_NEW_IN", "value": "v3.32.0"},
                    {"name": "CALICO_API_GROUP", "value": "projectcalico.org/v3"}]}]}}}}""");
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);
        // When
        ClusterFacts facts = succeeded(executor, StepKind.INSPECT).facts();
        // Then
        assertThat(facts.installMethod()).isEqualTo(InstallMethod.MANIFEST_KDD_NATIVE);
        assertThat(facts.calicoVersion()).isEqualTo(SOURCE);
        assertThat(facts.clusterInformationVersion()).isEqualTo(SOURCE);
        assertThat(facts.hostEndpoints()).extracting(HostEndpointFact::name).containsExactly("all");
        assertThat(facts.conflicts()).isEmpty();
        assertThat(facts.unservedKinds()).isEmpty();
        // When
        succeeded(executor, StepKind.BACKUP);
        succeeded(executor, StepKind.PROTECT_HOST_ENDPOINTS);
        assertThat(names(cluster, "GlobalNetworkPolicy")).containsExactly("allow-all-upgrade");
        assertThat(cluster.get(V3, "HostEndpoint", "", "all").at("/metadata/labels"))
                .hasToString("{\"role\":\"edge\",\"host-endpoint-upgrade\":\"\"}");
        StepSucceeded upgraded = succeeded(executor, StepKind.UPGRADE);
        // Then
        assertThat(upgraded.changes())
                .contains("DaemonSet kube-system/calico-node", "Deployment kube-system/calico-webhooks");
        JsonNode node = cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                .at("/spec/template/spec/containers/0");
        assertThat(node.path("image").asText()).isEqualTo("quay.io/calico/node:v3.32.1");
        assertThat(node.path("env").findValuesAsText("value"))
                .containsExactlyInAnyOrder("kubernetes", "v3.32.1", "projectcalico.org/v3");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(cluster.get(V3, "ClusterInformation", "", "default")
                                .at("/spec/calicoVersion")
                                .asText())
                        .isEqualTo("v3.32.1"));
        assertThat(cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition", ""))
                .noneMatch(crd -> crd.at("/spec/group").asText().equals("crd.projectcalico.org"));
        // When
        succeeded(executor, StepKind.RESTORE);
        // Then
        assertThat(cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                        .at("/spec/template/spec/containers/0/image")
                        .asText())
                .isEqualTo("quay.io/calico/node:v3.32.0");
        assertThat(names(cluster, "GlobalNetworkPolicy")).isEmpty();
        assertThat(cluster.get(V3, "HostEndpoint", "", "all").at("/metadata/labels"))
                .hasToString("{\"role\":\"edge\"}");
    }

    @Test
    void is_protected_upgraded_reviewed_released_and_taken_back_with_the_shipped_rights() throws IOException {
        // Given
        SimulatedCluster cluster = cluster("rights");
        cluster.apply(Files.readString(Path.of("../deploy/kubernetes/executor-permissions.yaml")));
        Account account = cluster.account("kube-system", "calico-fleet-executor");
        fleet.actAs(cluster, account);
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);
        // When
        ClusterFacts facts = succeeded(executor, StepKind.INSPECT).facts();
        for (StepKind step : List.of(
                StepKind.BACKUP,
                StepKind.PROTECT_HOST_ENDPOINTS,
                StepKind.UPGRADE,
                StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC,
                StepKind.RELEASE_HOST_ENDPOINTS)) {
            succeeded(executor, step);
        }
        // Then
        assertThat(facts.missingPermissions()).isEmpty();
        assertThat(names(cluster, "GlobalNetworkPolicy")).containsExactly("calico-fleet-host-endpoints");
        assertThat(cluster.get(V3, "HostEndpoint", "", "all").at("/metadata/labels"))
                .hasToString("{\"role\":\"edge\",\"calico-fleet.io/host-endpoint\":\"\"}");
        // When
        succeeded(executor, StepKind.RESTORE);
        // Then
        assertThat(names(cluster, "GlobalNetworkPolicy")).isEmpty();
        assertThat(cluster.get(V3, "HostEndpoint", "", "all").at("/metadata/labels"))
                .hasToString("{\"role\":\"edge\"}");
        assertThat(account.denied())
                .as("but what the inspection can do without")
                .allMatch(access -> access.verb().equals("list"));
    }

    private SimulatedCluster cluster(String id) {
        SimulatedCluster cluster = fleet.cluster(
                ClusterTemplate.named(id).withKubernetes("v1.34.0").withNodes(2).withManifest(manifest(SOURCE)));
        cluster.apply(ENDPOINTS);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(cluster.get(V3, "ClusterInformation", "", "default"))
                        .isNotNull());
        return cluster;
    }

    private static StepSucceeded succeeded(SimulatedFleet.Running executor, StepKind kind) {
        StepProgress outcome = executor.run(new StepRequested(
                executor.id(kind, 1),
                List.of(),
                StepParameters.ofUpgrade(InstallMethod.MANIFEST_KDD_NATIVE, SOURCE, TARGET, OnConflict.HOLD)
                        .withPoliciesAccepted()
                        .withSuggestedPolicy(true, SimulatedFleet.SUGGESTED_POLICY),
                "please"));
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        return (StepSucceeded) outcome;
    }

    private static List<String> names(SimulatedCluster cluster, String kind) {
        return cluster.list(V3, kind, "").stream()
                .map(object -> object.at("/metadata/name").asText())
                .toList();
    }

    private static String manifest(CalicoVersion version) {
        return INSTALL.replace("VERSION", version.toString()) + NativeDefinitions.ofRelease();
    }
}
