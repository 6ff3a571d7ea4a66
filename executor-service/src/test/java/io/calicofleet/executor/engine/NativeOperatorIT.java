package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.ComponentStatus;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.OperatorObservation;
import io.calicofleet.event.StepId;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster that an operator runs Calico on, with its resources in definitions of {@code projectcalico.org/v3}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NativeOperatorIT {

    private static final String V3 = "projectcalico.org/v3";
    private static final String OPERATOR = "operator.tigera.io/v1";

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;
    private SimulatedCluster cluster;
    private SimulatedFleet.Running executor;

    @BeforeEach
    void start() {
        NativeReleases.write(directory.resolve("releases"));
        fleet = new SimulatedFleet(directory, directory.resolve("releases"), SimulatorOptions.quick());
        cluster = fleet.cluster(ClusterTemplate.named("o")
                .withKubernetes(NativeReleases.KUBERNETES)
                .withNodes(2)
                .withManifest(NativeReleases.operatorDefinitions())
                .withManifest(NativeReleases.operator(NativeReleases.SOURCE)));
        cluster.apply("""
                apiVersion: operator.tigera.io/v1
                kind: Installation
                metadata: {name: default}
                spec:
                  registry: registry.example.com/
                  calicoNetwork: {ipPools: [{cidr: 10.20.0.0/16, encapsulation: VXLAN}]}
                ---
                apiVersion: operator.tigera.io/v1
                kind: APIServer
                metadata: {name: default}
                """);
        awaitCalico("v3.32.0");
        executor = fleet.executor("run1", cluster);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void is_upgraded_on_its_own_definitions_and_taken_back() {
        // When
        ClusterFacts facts = succeeded(StepKind.INSPECT).facts();
        // Then
        assertThat(facts.installMethod()).isEqualTo(InstallMethod.OPERATOR);
        assertThat(facts.calicoVersion()).isEqualTo(NativeReleases.SOURCE);
        assertThat(facts.operatorVersion()).isEqualTo("v1.42.0");
        assertThat(facts.clusterInformationVersion()).isEqualTo(NativeReleases.SOURCE);
        assertThat(facts.conflicts()).isEmpty();
        assertThat(facts.unservedKinds()).isEmpty();
        // When
        succeeded(StepKind.BACKUP);
        succeeded(StepKind.UPGRADE_OPERATOR);
        // Then
        awaitCalico("v3.32.1");
        assertThat(groups()).contains("projectcalico.org").doesNotContain("crd.projectcalico.org");
        assertThat(cluster.get("apps/v1", "Deployment", "calico-system", "calico-webhooks")
                        .at("/spec/template/spec/containers/0/image")
                        .asText())
                .isEqualTo("registry.example.com/calico/webhooks:v3.32.1");
        assertThat(cluster.get(OPERATOR, "Installation", "", "default")
                        .at("/spec/registry")
                        .asText())
                .isEqualTo("registry.example.com/");
        // When
        ClusterObservation seen = executor.observe(request(StepKind.UPGRADE_OPERATOR, List.of(GateKind.values())));
        // Then
        assertThat(seen.clusterInformationVersion()).isEqualTo(NativeReleases.TARGET);
        OperatorObservation operator = seen.operator();
        assertThat(operator).isNotNull();
        assertThat(operator.calicoVersion()).isEqualTo(NativeReleases.TARGET);
        assertThat(operator.components())
                .extracting(ComponentStatus::name)
                .containsExactlyInAnyOrder("apiserver", "calico", "ippools");
        assertThat(operator.components()).allMatch(ComponentStatus::available);
        // When
        succeeded(StepKind.RESTORE);
        // Then
        awaitCalico("v3.32.0");
        assertThat(groups()).doesNotContain("crd.projectcalico.org");
    }

    @Test
    void automatic_host_endpoints_take_over_there_too() {
        // Given
        cluster.apply("""
                apiVersion: projectcalico.org/v3
                kind: HostEndpoint
                metadata: {name: all, labels: {role: edge}}
                spec: {node: o-node-1, interfaceName: "*", profiles: [projectcalico-default-allow]}
                """);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> cluster.get(V3, "KubeControllersConfiguration", "", "default") != null);
        succeeded(StepKind.BACKUP);
        succeeded(StepKind.UPGRADE_OPERATOR);
        awaitCalico("v3.32.1");
        // When
        succeeded(StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS);
        // Then
        StepRequested judged = request(StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS, List.of(GateKind.AUTO_HOST_ENDPOINTS));
        assertThat(executor.observe(judged).hostEndpoints()).hasSize(2).allMatch(HostEndpointFact::automatic);
    }

    private Stream<String> groups() {
        return cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition", "").stream()
                .map(definition -> definition.at("/spec/group").asText())
                .distinct();
    }

    private void awaitCalico(String version) {
        await().atMost(OperatorClusters.PATIENCE).untilAsserted(() -> {
            assertThat(OperatorClusters.nodeImage(cluster)).isEqualTo("registry.example.com/calico/node:" + version);
            assertThat(cluster.nodeVersions().values()).hasSize(2).containsOnly(version);
            for (String component : List.of("calico", "apiserver")) {
                JsonNode status = cluster.get(OPERATOR, "TigeraStatus", "", component);
                assertThat(status).as(component).isNotNull();
                assertThat(status.at("/status/conditions").toString())
                        .contains("\"type\":\"Available\"")
                        .doesNotContainPattern("\"status\":\"False\"[^}]*\"type\":\"Available\"")
                        .doesNotContainPattern("\"status\":\"True\"[^}]*\"type\":\"(Progressing|Degraded)\"");
            }
        });
    }

    private StepSucceeded succeeded(StepKind kind) {
        StepProgress outcome = executor.run(request(kind, List.of()));
        assertThat(outcome).as(kind.toString()).isInstanceOf(StepSucceeded.class);
        return (StepSucceeded) outcome;
    }

    private StepRequested request(StepKind kind, List<GateKind> gates) {
        return new StepRequested(
                new StepId(
                        CampaignName.of(kind == StepKind.RESTORE ? "undo" : "c1"), ClusterId.of(cluster.id()), kind, 1),
                gates.stream()
                        .map(gate -> GateRequirement.of(gate, Duration.ofMinutes(1)))
                        .toList(),
                StepParameters.ofUpgrade(
                                InstallMethod.OPERATOR, NativeReleases.SOURCE, NativeReleases.TARGET, OnConflict.HOLD)
                        .withPoliciesAccepted(),
                "please");
    }
}
