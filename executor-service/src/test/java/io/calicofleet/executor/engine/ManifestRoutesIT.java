package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every manifest on its way from v3.13.4 over v3.22.5 to v3.28.5 and one step back, with what people changed: on the
 * releases that come with the project, and on those of Project Calico where they lie beside it.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Order(1)
class ManifestRoutesIT {

    private static final CalicoVersion OLD = CalicoVersion.parse("v3.13.4");
    private static final CalicoVersion MIDDLE = CalicoVersion.parse("v3.22.5");
    private static final CalicoVersion NEW = CalicoVersion.parse("v3.28.5");

    @TempDir
    private Path directory;

    private final List<String> beforeTypha = new ArrayList<>();

    @ParameterizedTest
    @EnumSource
    void goes_all_the_way_with_the_releases_of_the_project(ManifestRoute route) {
        goesAllTheWay(route, SimulatedFleet.OWN_RELEASES);
    }

    @ParameterizedTest
    @EnumSource
    void goes_all_the_way_with_the_releases_of_project_calico(ManifestRoute route) {
        goesAllTheWay(route, SimulatedFleet.realReleases());
    }

    private void goesAllTheWay(ManifestRoute route, Path releases) {
        try (SimulatedFleet fleet = new SimulatedFleet(directory, releases, SimulatorOptions.quick())) {
            // Given
            SimulatedCluster cluster =
                    fleet.cluster(route.template(SimulatedFleet.manifest(releases, OLD, route.file)));
            route.change(cluster);
            awaitRollout(cluster, route, OLD);
            awaitJobs(cluster);
            // When
            hop(fleet, cluster, route, OLD, MIDDLE);
            // Then
            route.assertKept(cluster);
            assertThat(names(cluster, "policy/v1", "PodDisruptionBudget")).contains("calico-kube-controllers");
            assertThat(initContainers(cluster, route)).contains("flexvol-driver");
            assertThat(names(cluster, "batch/v1", "Job")).hasSize(route == ManifestRoute.CANAL_ETCD ? 1 : 0);
            // When
            assumeThat(Files.exists(releases.resolve(NEW.toString()).resolve(route.file)))
                    .as("skipped half way: there is no " + NEW + "/" + route.file + " in " + releases)
                    .isTrue();
            hop(fleet, cluster, route, MIDDLE, NEW);
            // Then
            route.assertKept(cluster);
            assertThat(initContainers(cluster, route)).contains("install-cni").doesNotContain("flexvol-driver");
            assertThat(volumes(cluster, route)).doesNotContain("flexvol-driver-host");
            assertThat(names(cluster, "v1", "ServiceAccount")).contains("calico-cni-plugin");
            assertThat(names(cluster, "batch/v1", "Job"))
                    .as("done, and not done again")
                    .isEmpty();
            assertThat(beforeTypha)
                    .as("nodes written before Typha was rolled out")
                    .isEmpty();
            // When
            run(fleet, cluster, route, StepKind.RESTORE, "undo", MIDDLE, NEW);
            // Then
            awaitRollout(cluster, route, MIDDLE);
            route.assertKept(cluster);
            assertThat(initContainers(cluster, route)).contains("flexvol-driver");
            assertThat(names(cluster, "batch/v1", "Job")).hasSize(route == ManifestRoute.CANAL_ETCD ? 1 : 0);
        }
    }

    private void hop(
            SimulatedFleet fleet, SimulatedCluster cluster, ManifestRoute route, CalicoVersion from, CalicoVersion to) {
        String campaign = "to-" + to.toString().replace('.', '-');
        ClusterFacts facts =
                run(fleet, cluster, route, StepKind.INSPECT, campaign, from, to).facts();
        assertThat(facts).isNotNull();
        assertThat(facts.installMethod()).isEqualTo(route.method);
        assertThat(facts.calicoVersion()).isEqualTo(from);
        assertThat(facts.conflicts()).hasSizeLessThanOrEqualTo(1);
        for (StepKind kind : List.of(StepKind.BACKUP, StepKind.PREPARE, StepKind.UPGRADE)) {
            run(fleet, cluster, route, kind, campaign, from, to);
        }
        awaitRollout(cluster, route, to);
        StepSucceeded again = run(fleet, cluster, route, StepKind.UPGRADE, campaign, from, to, 2);
        assertThat(again.changes()).as("done once, there is nothing left to do").isEmpty();
        assertObserved(fleet, cluster, route, to);
    }

    /** The gates see every workload with all its containers, flannel's among them, and of what image they are. */
    private void assertObserved(SimulatedFleet fleet, SimulatedCluster cluster, ManifestRoute route, CalicoVersion to) {
        List<String> expected = new ArrayList<>(
                List.of("DaemonSet kube-system/" + route.daemonSet, "Deployment kube-system/calico-kube-controllers"));
        if (route.hasTypha()) {
            expected.add("Deployment kube-system/calico-typha");
        }
        StepRequested judged =
                request(cluster, route, StepKind.UPGRADE, "to-" + to.toString().replace('.', '-'), to, to, 2);
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            List<WorkloadObservation> workloads =
                    fleet.executor("run1", cluster).observe(judged).workloads();
            assertThat(workloads).extracting(WorkloadObservation::object).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(workloads).allSatisfy(workload -> {
                String ready = workload.templateContainers() + "/" + workload.templateContainers();
                assertThat(workload.readyContainers()).containsOnlyKeys(ready);
                assertThat(workload.pods()).isEqualTo(workload.desired());
                assertThat(workload.podsOfOtherRevision()).isZero();
                assertThat(workload.podImages())
                        .extracting(image -> image.container() + " " + image.image())
                        .containsExactlyInAnyOrderElementsOf(workload.templateImages().stream()
                                .map(image -> image.container() + " " + image.image())
                                .toList());
            });
        });
    }

    private StepSucceeded run(
            SimulatedFleet fleet,
            SimulatedCluster cluster,
            ManifestRoute route,
            StepKind kind,
            String campaign,
            CalicoVersion from,
            CalicoVersion to) {
        return run(fleet, cluster, route, kind, campaign, from, to, 1);
    }

    private StepSucceeded run(
            SimulatedFleet fleet,
            SimulatedCluster cluster,
            ManifestRoute route,
            StepKind kind,
            String campaign,
            CalicoVersion from,
            CalicoVersion to,
            int ordinal) {
        StepRequested request = request(cluster, route, kind, campaign, from, to, ordinal);
        StepProgress outcome =
                fleet.executor("run1", cluster, api -> new TyphaFirst(api)).run(request);
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        return (StepSucceeded) outcome;
    }

    private static StepRequested request(
            SimulatedCluster cluster,
            ManifestRoute route,
            StepKind kind,
            String campaign,
            CalicoVersion from,
            CalicoVersion to,
            int ordinal) {
        return new StepRequested(
                new StepId(CampaignName.of(campaign), ClusterId.of(cluster.id()), kind, ordinal),
                List.of(),
                StepParameters.ofUpgrade(route.method, from, to, OnConflict.KEEP_MINE),
                "please");
    }

    /** Notes every DaemonSet that is written while Typha is not rolled out. */
    private final class TyphaFirst extends ForwardingCluster {

        private final ClusterApi api;

        TyphaFirst(ClusterApi api) {
            super(api);
            this.api = api;
        }

        @Override
        protected <T> T write(ObjectNode object, Supplier<T> call) {
            if (object.path("kind").asText().equals("DaemonSet")) {
                api.find(new ResourceRef("apps/v1", "Deployment", "kube-system", "calico-typha"))
                        .filter(typha -> !image(object).equals(image(typha))
                                || typha.at("/status/observedGeneration").asLong()
                                        != typha.at("/metadata/generation").asLong()
                                || typha.at("/status/updatedReplicas").asInt()
                                        != typha.at("/spec/replicas").asInt()
                                || typha.at("/status/availableReplicas").asInt()
                                        != typha.at("/spec/replicas").asInt())
                        .ifPresent(typha -> beforeTypha.add(image(object)));
            }
            return call.get();
        }

        private static String image(JsonNode workload) {
            String image = workload.at("/spec/template/spec/containers/0/image").asText();
            return image.substring(image.lastIndexOf(':'));
        }
    }

    private static void awaitRollout(SimulatedCluster cluster, ManifestRoute route, CalicoVersion version) {
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            List<JsonNode> pods = cluster.list("v1", "Pod", "kube-system").stream()
                    .filter(pod -> pod.at("/metadata/labels/k8s-app").asText().equals(route.daemonSet))
                    .toList();
            assertThat(pods).hasSize(3).allSatisfy(pod -> {
                assertThat(texts(pod.at("/status/containerStatuses"), "name")).isEqualTo(route.containers());
                assertThat(texts(pod.at("/status/containerStatuses"), "ready")).containsOnly("true");
                assertThat(pod.at("/spec/containers/0/image").asText()).endsWith(":" + version);
            });
        });
    }

    private static void awaitJobs(SimulatedCluster cluster) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> cluster.list("batch/v1", "Job", "kube-system").stream()
                        .allMatch(job -> job.at("/status/succeeded").asInt() == 1));
    }

    private static List<String> names(SimulatedCluster cluster, String apiVersion, String kind) {
        return cluster.list(apiVersion, kind, "kube-system").stream()
                .map(object -> object.at("/metadata/name").asText())
                .toList();
    }

    private static List<String> initContainers(SimulatedCluster cluster, ManifestRoute route) {
        return texts(template(cluster, route).path("initContainers"), "name");
    }

    private static List<String> volumes(SimulatedCluster cluster, ManifestRoute route) {
        return texts(template(cluster, route).path("volumes"), "name");
    }

    private static JsonNode template(SimulatedCluster cluster, ManifestRoute route) {
        return cluster.get("apps/v1", "DaemonSet", "kube-system", route.daemonSet)
                .at("/spec/template/spec");
    }

    private static List<String> texts(JsonNode list, String field) {
        return Stream.iterate(0, i -> i < list.size(), i -> i + 1)
                .map(i -> list.get(i).path(field).asText())
                .toList();
    }
}
