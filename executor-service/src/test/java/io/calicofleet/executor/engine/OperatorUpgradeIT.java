package io.calicofleet.executor.engine;

import static io.calicofleet.executor.engine.OperatorClusters.awaitCalico;
import static io.calicofleet.executor.engine.OperatorClusters.installation;
import static io.calicofleet.executor.engine.OperatorClusters.operator;
import static io.calicofleet.executor.engine.OperatorClusters.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ComponentStatus;
import io.calicofleet.event.Customisation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OperatorObservation;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An install by the operator is upgraded, step by step, and goes back. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OperatorUpgradeIT {

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;
    private SimulatedCluster cluster;
    private SimulatedFleet.Running executor;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory, OperatorClusters.releases(directory), SimulatorOptions.quick());
        cluster = OperatorClusters.install(fleet, "o");
        executor = fleet.executor("run1", cluster);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void the_inspection_finds_the_operator_and_what_people_changed_of_it() {
        // When
        ClusterFacts facts =
                succeeded(request(cluster, StepKind.INSPECT, "v3.28.5", "c1")).facts();
        // Then
        assertThat(facts).isNotNull();
        assertThat(facts.installMethod()).isEqualTo(InstallMethod.OPERATOR);
        assertThat(facts.operatorVersion()).isEqualTo("v1.20.9");
        assertThat(facts.calicoVersion()).isEqualTo(OperatorClusters.SOURCE);
        assertThat(facts.customisations().stream().map(Customisation::path))
                .anyMatch(path -> path.contains("tolerations"))
                .anyMatch(path -> path.contains("resources"));
        assertThat(facts.conflicts()).isEmpty();
        assertThat(facts.unservedKinds()).isEmpty();
        assertThat(facts.missingPermissions()).isEmpty();
    }

    @Test
    void local_changes_survive_the_way_to_v3_22_5_and_on_to_v3_28_5_with_its_large_definition_and_back() {
        for (String target : List.of("v3.22.5", "v3.28.5")) {
            // Given
            JsonNode before = installation(cluster).path("spec").deepCopy();
            succeeded(request(cluster, StepKind.BACKUP, target, "to-" + target.replace('.', '-')));
            // When
            StepSucceeded upgraded =
                    succeeded(request(cluster, StepKind.UPGRADE_OPERATOR, target, "to-" + target.replace('.', '-')));
            // Then
            assertThat(upgraded.changes())
                    .contains(
                            "CustomResourceDefinition installations.operator.tigera.io",
                            "Deployment tigera-operator/tigera-operator");
            awaitCalico(cluster, target);
            assertThat(installation(cluster).at("/spec/calicoNetwork"))
                    .as("what people said of the network")
                    .isEqualTo(before.path("calicoNetwork"));
            assertThat(installation(cluster).at("/metadata/labels/team").asText())
                    .isEqualTo("network");
            JsonNode pod = operator(cluster).at("/spec/template/spec");
            assertThat(pod.path("tolerations").toString()).contains("dedicated");
            assertThat(pod.at("/containers/0/resources/limits/memory").asText()).isEqualTo("512Mi");
            assertThat(pod.at("/containers/0/image").asText())
                    .isEqualTo("registry.example.com/tigera/operator:"
                            + (target.equals("v3.22.5") ? "v1.25.13" : "v1.34.13"));
        }
        JsonNode definition = definition();
        assertThat(definition.toString().length()).isGreaterThan(262_144);
        assertThat(definition.at("/metadata/annotations").toString())
                .as("too large to be annotated")
                .doesNotContain("last-applied");
        assertThat(installation(cluster).at("/status/calicoVersion").asText()).isEqualTo("v3.28.5");
        // When
        StepSucceeded restored = succeeded(request(cluster, StepKind.RESTORE, "v3.28.5", "undo"));
        // Then
        awaitCalico(cluster, "v3.22.5");
        assertThat(restored.notes()).anyMatch(note -> note.contains("Calico supports no downgrade"));
        assertThat(operator(cluster)
                        .at("/spec/template/spec/containers/0/image")
                        .asText())
                .isEqualTo("registry.example.com/tigera/operator:v1.25.13");
        assertThat(definition().toString()).as("definitions stay new").contains("calicoNodeDaemonSet");
    }

    @Test
    void an_operator_in_another_namespace_is_upgraded_there_and_goes_back_and_no_second_one_is_made() {
        // Given
        cluster = OperatorClusters.install(fleet, "elsewhere", "platform");
        executor = fleet.executor("run2", cluster);
        ClusterFacts facts =
                succeeded(request(cluster, StepKind.INSPECT, "v3.22.5", "c1")).facts();
        assertThat(facts).isNotNull();
        assertThat(facts.operatorVersion()).isEqualTo("v1.20.9");
        assertThat(facts.customisations().stream().map(Customisation::object))
                .contains("Deployment platform/tigera-operator");
        succeeded(request(cluster, StepKind.BACKUP, "v3.22.5", "c1"));
        // When
        StepSucceeded upgraded = succeeded(request(cluster, StepKind.UPGRADE_OPERATOR, "v3.22.5", "c1"));
        // Then
        assertThat(upgraded.changes()).contains("Deployment platform/tigera-operator");
        awaitCalico(cluster, "v3.22.5");
        assertThat(cluster.get("v1", "Namespace", "", "tigera-operator")).isNull();
        // When
        succeeded(request(cluster, StepKind.RESTORE, "v3.22.5", "undo"));
        // Then
        awaitCalico(cluster, "v3.20.6");
    }

    @Test
    void
            definitions_of_a_file_of_their_own_come_before_the_operator_that_needs_them_and_what_ends_the_older_goes_first() {
        // Given
        succeeded(request(cluster, StepKind.BACKUP, "v3.31.7", "c1"));
        // When
        StepSucceeded upgraded = succeeded(request(cluster, StepKind.UPGRADE_OPERATOR, "v3.31.7", "c1"));
        // Then
        assertThat(upgraded.changes())
                .containsSubsequence(
                        "CustomResourceDefinition tiers.crd.projectcalico.org",
                        "Deployment tigera-operator/tigera-operator");
        awaitCalico(cluster, "v3.31.7");
        cluster.apply("""
                apiVersion: operator.tigera.io/v1
                kind: ManagementClusterConnection
                metadata: {name: default}""");
        assertThat(executor.run(request(cluster, StepKind.RESTORE, "v3.31.7", "undo")))
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        refused -> assertThat(refused.message())
                                .startsWith("ManagementClusterConnection default is there. The operator of v3.20.6"));
        cluster.delete("operator.tigera.io/v1", "ManagementClusterConnection", "", "default");
        // When
        StepSucceeded restored = succeeded(request(cluster, StepKind.RESTORE, "v3.31.7", "undo2"));
        // Then
        assertThat(restored.changes())
                .containsSubsequence(
                        "CustomResourceDefinition managementclusterconnections.operator.tigera.io",
                        "Deployment tigera-operator/tigera-operator");
        awaitCalico(cluster, "v3.20.6");
        assertThat(operator(cluster).at("/spec/replicas").asInt()).isEqualTo(1);
    }

    @Test
    void asked_again_it_writes_nothing() {
        // Given
        succeeded(request(cluster, StepKind.UPGRADE_OPERATOR, "v3.28.5", "c1"));
        awaitCalico(cluster, "v3.28.5");
        // When
        StepSucceeded again = succeeded(request(cluster, StepKind.UPGRADE_OPERATOR, "v3.28.5", "c2"));
        // Then
        assertThat(again.changes()).isEmpty();
    }

    @Test
    void nodes_are_counted_from_when_the_operator_asks_for_the_target_and_what_it_says_is_observed() throws Exception {
        // Given
        cluster.faults().operatorDegraded("Could not render components");
        StepRequested request = request(
                cluster,
                StepKind.UPGRADE_OPERATOR,
                "v3.28.5",
                "c1",
                GateRequirement.of(GateKind.OPERATOR, Duration.ofMinutes(5)));
        HandDelivery delivery = HandDelivery.of(request, 0);
        // When
        executor.queues.accept(delivery);
        // Then
        await().atMost(OperatorClusters.PATIENCE).untilAsserted(() -> {
            assertThat(seen().rolledOut()).isTrue();
            assertThat(seen().components())
                    .extracting(ComponentStatus::name, ComponentStatus::degraded, ComponentStatus::message)
                    .contains(tuple("calico", true, "ResourceUpdateError: Could not render components"));
            assertThat(nodesDone()).as("three run, none of them the target").containsOnly(0);
        });
        // When
        cluster.faults().clear();
        // Then
        await().atMost(OperatorClusters.PATIENCE).untilAsserted(() -> {
            assertThat(nodesDone()).endsWith(3);
            assertThat(seen().image()).endsWith("operator:v1.34.13");
            assertThat(seen().calicoVersion()).hasToString("v3.28.5");
            assertThat(seen().components())
                    .extracting(ComponentStatus::name, ComponentStatus::available, ComponentStatus::observedGeneration)
                    .contains(tuple("calico", true, seen().generation()));
        });
        assertThat(executor.outbox.checks().getLast().observation().workloads())
                .extracting(workload -> workload.object())
                .contains(
                        "Deployment tigera-operator/tigera-operator",
                        "DaemonSet calico-system/calico-node",
                        "DaemonSet calico-system/csi-node-driver",
                        "Deployment calico-system/calico-typha");
        assertThat(seen().leftOut()).isEmpty();
        // When
        cluster.patch("operator.tigera.io/v1", "Installation", "", "default", """
                {"spec": {"kubeletVolumePluginPath": "None"}}""");
        // Then
        await().atMost(OperatorClusters.PATIENCE).untilAsserted(() -> {
            assertThat(seen().leftOut()).containsExactly("DaemonSet calico-system/csi-node-driver");
            assertThat(executor.outbox.checks().getLast().observation().workloads())
                    .extracting(workload -> workload.object())
                    .doesNotContain("DaemonSet calico-system/csi-node-driver");
        });
        executor.queues.judged(request.step());
        await().atMost(OperatorClusters.PATIENCE).until(delivery::acknowledged);
    }

    private OperatorObservation seen() {
        assertThat(executor.outbox.checks()).isNotEmpty();
        OperatorObservation seen =
                executor.outbox.checks().getLast().observation().operator();
        assertThat(seen).isNotNull();
        return seen;
    }

    private List<Integer> nodesDone() {
        return executor.outbox.events().stream()
                .filter(StepProgressed.class::isInstance)
                .map(StepProgressed.class::cast)
                .filter(progress -> progress.unit().equals("nodes"))
                .map(StepProgressed::done)
                .toList();
    }

    private JsonNode definition() {
        return cluster.get(
                "apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "installations.operator.tigera.io");
    }

    private StepSucceeded succeeded(StepRequested request) {
        StepProgress outcome = executor.run(request);
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        return (StepSucceeded) outcome;
    }
}
