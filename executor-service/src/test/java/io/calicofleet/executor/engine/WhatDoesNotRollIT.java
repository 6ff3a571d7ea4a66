package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.InstallFacts;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.WorkloadFact;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What would keep an upgrade from rolling out is in the inspection, and in what the gates get to see. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WhatDoesNotRollIT {

    private static final CalicoVersion OLD = CalicoVersion.parse("v3.13.4");
    private static final CalicoVersion NEW = CalicoVersion.parse("v3.22.5");

    @TempDir
    private Path directory;

    @Test
    void on_delete_and_windows_nodes_are_told_before_the_upgrade_and_observed_after_it() {
        try (SimulatedFleet fleet =
                new SimulatedFleet(directory, SimulatedFleet.OWN_RELEASES, SimulatorOptions.quick())) {
            // Given
            SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named("c01")
                    .withManifest(SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, OLD, "calico.yaml")));
            cluster.patch(
                    "apps/v1",
                    "DaemonSet",
                    "kube-system",
                    "calico-node",
                    "{\"spec\": {\"updateStrategy\": {\"type\": \"OnDelete\", \"rollingUpdate\": null}}}");
            cluster.apply("""
                    apiVersion: apps/v1
                    kind: DaemonSet
                    metadata: {name: calico-node-windows, namespace: kube-system}
                    spec:
                      selector: {matchLabels: {k8s-app: calico-node-windows}}
                      template:
                        metadata: {labels: {k8s-app: calico-node-windows}}
                        spec:
                          nodeSelector: {kubernetes.io/os: windows}
                          containers: [{name: felix, image: "docker.io/calico/node-windows:v3.13.4"}]
                    """);
            // When
            InstallFacts install = inspect(fleet, cluster, InstallMethod.MANIFEST_KDD, OLD, NEW);
            // Then
            assertThat(install.namespace()).isEqualTo("kube-system");
            assertThat(install.blockers())
                    .singleElement()
                    .asString()
                    .startsWith("DaemonSet kube-system/calico-node-windows runs Calico on Windows nodes");
            assertThat(install.workloads())
                    .extracting(WorkloadFact::object)
                    .containsExactly(
                            "DaemonSet kube-system/calico-node",
                            "DaemonSet kube-system/calico-node-windows",
                            "Deployment kube-system/calico-kube-controllers");
            assertThat(install.workloads().getFirst().obstacles())
                    .singleElement()
                    .asString()
                    .contains("OnDelete");
            assertThat(install.workloads().get(1).notes())
                    .singleElement()
                    .asString()
                    .contains("no node is to run it");
            // When: somebody upgrades all the same
            StepRequested upgrade = request(cluster, InstallMethod.MANIFEST_KDD, StepKind.UPGRADE, OLD, NEW);
            assertThat(fleet.executor("run1", cluster).run(upgrade)).isInstanceOf(StepSucceeded.class);
            // Then
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(fleet.executor("run1", cluster)
                                    .observe(upgrade)
                                    .workloads())
                            .filteredOn(workload -> workload.name().equals("calico-node"))
                            .singleElement()
                            .satisfies(workload -> {
                                assertThat(workload.podsOfOtherRevision()).isEqualTo(3);
                                assertThat(workload.nodesOfOtherRevision()).hasSize(3);
                                assertThat(workload.obstacles())
                                        .singleElement()
                                        .asString()
                                        .contains("OnDelete");
                            }));
        }
    }

    @Test
    void an_image_set_of_the_old_release_alone_is_told_and_degrades_the_operator_of_the_new_one() {
        try (SimulatedFleet fleet =
                new SimulatedFleet(directory, OperatorClusters.releases(directory), SimulatorOptions.quick())) {
            // Given
            SimulatedCluster cluster = OperatorClusters.install(fleet, "o");
            cluster.apply("""
                    apiVersion: operator.tigera.io/v1
                    kind: ImageSet
                    metadata: {name: calico-%s}
                    spec: {images: [{image: calico/node, digest: "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]}
                    """.formatted(OperatorClusters.SOURCE));
            // When
            InstallFacts install = inspect(fleet, cluster, InstallMethod.OPERATOR, OperatorClusters.SOURCE, NEW);
            // Then
            assertThat(install.namespace()).isEqualTo("calico-system");
            assertThat(install.blockers()).singleElement().asString().contains("none is called calico-v3.22.5");
            // When: somebody upgrades all the same
            StepProgress unused = fleet.executor("run1", cluster)
                    .run(request(
                            cluster, InstallMethod.OPERATOR, StepKind.UPGRADE_OPERATOR, OperatorClusters.SOURCE, NEW));
            // Then
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                JsonNode status = cluster.get("operator.tigera.io/v1", "TigeraStatus", "", "calico");
                assertThat(status.at("/status/conditions").toString())
                        .contains("ImageSets exist but none with the expected name calico-v3.22.5");
            });
        }
    }

    private static InstallFacts inspect(
            SimulatedFleet fleet,
            SimulatedCluster cluster,
            InstallMethod method,
            CalicoVersion from,
            CalicoVersion to) {
        StepProgress outcome =
                fleet.executor("run1", cluster).run(request(cluster, method, StepKind.INSPECT, from, to));
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        return requireNonNull(requireNonNull(((StepSucceeded) outcome).facts()).install());
    }

    private static StepRequested request(
            SimulatedCluster cluster, InstallMethod method, StepKind kind, CalicoVersion from, CalicoVersion to) {
        return SimulatedFleet.request(cluster, method, kind, from, to, OnConflict.KEEP_MINE, List.of());
    }
}
