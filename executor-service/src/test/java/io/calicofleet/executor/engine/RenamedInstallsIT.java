package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.simulator.ClusterTemplate;
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

/** Installs that people put elsewhere or called otherwise: upgraded where they are, and none made beside them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RenamedInstallsIT {

    private static final CalicoVersion OLD = CalicoVersion.parse("v3.13.4");
    private static final CalicoVersion NEW = CalicoVersion.parse("v3.22.5");

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
    void a_calico_in_a_namespace_of_its_own_is_upgraded_there_observed_and_taken_back() {
        // Given
        SimulatedCluster cluster = install("calico-typha.yaml", "networking");
        cluster.patch("v1", "ConfigMap", "networking", "calico-config", "{\"data\": {\"veth_mtu\": \"1400\"}}");
        awaitNodes(cluster, "networking", "calico-node", OLD);
        // When
        ClusterFacts facts = succeeded(cluster, InstallMethod.MANIFEST_KDD_TYPHA, StepKind.INSPECT)
                .facts();
        // Then
        assertThat(facts.installMethod()).isEqualTo(InstallMethod.MANIFEST_KDD_TYPHA);
        assertThat(facts.calicoVersion()).isEqualTo(OLD);
        assertThat(facts.missingPermissions()).isEmpty();
        assertThat(facts.conflicts()).isEmpty();
        // When
        succeeded(cluster, InstallMethod.MANIFEST_KDD_TYPHA, StepKind.BACKUP);
        StepSucceeded upgraded = succeeded(cluster, InstallMethod.MANIFEST_KDD_TYPHA, StepKind.UPGRADE);
        // Then
        assertThat(upgraded.changes()).contains("DaemonSet networking/calico-node");
        awaitNodes(cluster, "networking", "calico-node", NEW);
        assertNoneInKubeSystem(cluster);
        assertThat(cluster.get("v1", "ConfigMap", "networking", "calico-config")
                        .at("/data/veth_mtu")
                        .asText())
                .isEqualTo("1400");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(observed(cluster))
                        .extracting(WorkloadObservation::object, WorkloadObservation::podsOfOtherRevision)
                        .containsExactlyInAnyOrder(
                                tuple("DaemonSet networking/calico-node", 0),
                                tuple("Deployment networking/calico-kube-controllers", 0),
                                tuple("Deployment networking/calico-typha", 0)));
        // When
        succeeded(cluster, InstallMethod.MANIFEST_KDD_TYPHA, StepKind.RESTORE);
        // Then
        awaitNodes(cluster, "networking", "calico-node", OLD);
        assertNoneInKubeSystem(cluster);
    }

    @Test
    void the_rules_of_the_target_reach_the_role_that_is_bound() {
        // Given
        SimulatedCluster cluster = install("canal.yaml", "kube-system");
        JsonNode role = cluster.get("rbac.authorization.k8s.io/v1", "ClusterRole", "", "calico-node");
        cluster.apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: calico}
                rules: %s
                """.formatted(role.path("rules")));
        cluster.delete("rbac.authorization.k8s.io/v1", "ClusterRole", "", "calico-node");
        cluster.delete("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "", "canal-calico");
        cluster.apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: canal-calico}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: calico}
                subjects: [{kind: ServiceAccount, name: canal, namespace: kube-system}]
                """);
        // When
        succeeded(cluster, InstallMethod.MANIFEST_CANAL, StepKind.BACKUP);
        StepSucceeded upgraded = succeeded(cluster, InstallMethod.MANIFEST_CANAL, StepKind.UPGRADE);
        // Then
        assertThat(upgraded.changes())
                .contains("ClusterRole calico")
                .doesNotContain("ClusterRole calico-node", "ClusterRoleBinding canal-calico");
        assertThat(names(cluster, "rbac.authorization.k8s.io/v1", "ClusterRole"))
                .contains("calico")
                .doesNotContain("calico-node");
    }

    @Test
    void a_second_install_stops_the_upgrade_before_the_first_write_by_name() {
        // Given
        SimulatedCluster cluster = install("calico.yaml", "kube-system");
        cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: old}}");
        cluster.apply(SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, OLD, "calico.yaml")
                .replace("namespace: kube-system", "namespace: old"));
        int before = cluster.audit().size();
        // When
        StepProgress outcome = run(cluster, InstallMethod.MANIFEST_KDD, StepKind.UPGRADE);
        // Then
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        failed -> assertThat(failed.message())
                                .contains("DaemonSet old/calico-node runs calico-node, too")
                                .contains("Nothing was written"));
        assertThat(cluster.audit().stream().skip(before))
                .noneMatch(entry -> entry.resource().contains("daemonsets"));
    }

    private SimulatedCluster install(String file, String namespace) {
        String yaml = SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, OLD, file);
        return fleet.cluster(ClusterTemplate.named("c01")
                .withManifest("{apiVersion: v1, kind: Namespace, metadata: {name: " + namespace + "}}\n---\n"
                        + yaml.replace("namespace: kube-system", "namespace: " + namespace)));
    }

    private static void assertNoneInKubeSystem(SimulatedCluster cluster) {
        for (String kind : List.of("DaemonSet", "Deployment")) {
            assertThat(names(cluster, "apps/v1", kind, "kube-system"))
                    .noneMatch(name -> name.startsWith("calico") || name.startsWith("canal"));
        }
        for (String kind : List.of("ServiceAccount", "ConfigMap", "Service")) {
            assertThat(names(cluster, "v1", kind, "kube-system"))
                    .noneMatch(name -> name.startsWith("calico-") && !name.startsWith("calico-fleet"));
        }
    }

    private void awaitNodes(SimulatedCluster cluster, String namespace, String name, CalicoVersion version) {
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
            JsonNode set = cluster.get("apps/v1", "DaemonSet", namespace, name);
            assertThat(set.at("/spec/template/spec/containers/0/image").asText())
                    .endsWith(version.toString());
            assertThat(set.at("/status/updatedNumberScheduled").asInt()).isEqualTo(3);
            assertThat(set.at("/status/numberAvailable").asInt()).isEqualTo(3);
        });
    }

    private List<WorkloadObservation> observed(SimulatedCluster cluster) {
        return fleet.executor("run1", cluster)
                .observe(request(
                        cluster,
                        InstallMethod.MANIFEST_KDD_TYPHA,
                        StepKind.UPGRADE,
                        List.of(GateRequirement.of(GateKind.PODS, Duration.ofMinutes(5)))))
                .workloads();
    }

    private StepSucceeded succeeded(SimulatedCluster cluster, InstallMethod method, StepKind kind) {
        StepProgress outcome = run(cluster, method, kind);
        assertThat(outcome).as(kind.toString()).isInstanceOf(StepSucceeded.class);
        return (StepSucceeded) outcome;
    }

    private StepProgress run(SimulatedCluster cluster, InstallMethod method, StepKind kind) {
        return fleet.executor("run1", cluster).run(request(cluster, method, kind, List.of()));
    }

    private static StepRequested request(
            SimulatedCluster cluster, InstallMethod method, StepKind kind, List<GateRequirement> gates) {
        return SimulatedFleet.request(cluster, method, kind, OLD, NEW, OnConflict.KEEP_MINE, gates);
    }

    private static List<String> names(SimulatedCluster cluster, String version, String kind) {
        return names(cluster, version, kind, "");
    }

    private static List<String> names(SimulatedCluster cluster, String version, String kind, String namespace) {
        return cluster.list(version, kind, namespace).stream()
                .map((JsonNode object) -> object.at("/metadata/name").asText())
                .toList();
    }
}
