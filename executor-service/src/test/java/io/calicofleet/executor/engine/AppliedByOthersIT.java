package io.calicofleet.executor.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.PlannedAction;
import io.calicofleet.event.PlannedManifest;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.step.Steps;
import io.calicofleet.executor.yaml.Yaml;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where others bring a release, the step waits for all of it and writes nothing. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AppliedByOthersIT {

    private static final CalicoVersion OLD = CalicoVersion.parse("v3.13.4");
    private static final CalicoVersion NEW = CalicoVersion.parse("v3.22.5");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void the_step_is_done_once_others_have_brought_what_the_plan_exports(ManifestRoute route) throws IOException {
        try (SimulatedFleet fleet =
                new SimulatedFleet(directory, SimulatedFleet.OWN_RELEASES, SimulatorOptions.quick())) {
            // Given
            SimulatedCluster cluster = fleet.cluster(
                    route.template(SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, OLD, route.file)));
            route.change(cluster);
            PlanIT.awaitNodes(cluster, OLD);
            StepParameters asked = StepParameters.ofUpgrade(route.method, OLD, NEW, OnConflict.KEEP_MINE)
                    .withAppliedByOthers(true);
            PlanMade plan = PlanIT.plan(fleet, cluster, asked.withPlanned(PlanIT.steps(asked, StepKind.UPGRADE)));
            PlannedManifest manifest = requireNonNull(plan.manifest());
            List<JsonNode> objects = Yaml.read(text(manifest));
            assertThat(objects)
                    .as("Secrets are left out and named")
                    .noneMatch(object -> object.path("kind").asText().equals("Secret"));
            assertThat(manifest.leftOut()).hasSize(route.hasEtcd() ? 1 : 0);
            int audited = cluster.audit().size();
            // When
            SimulatedFleet.Running executor = executor(fleet, cluster);
            CompletableFuture<StepProgress> step =
                    CompletableFuture.supplyAsync(() -> executor.run(PlanIT.request(cluster, StepKind.UPGRADE, asked)));
            // Then
            awaitTold(executor, "waits until others have brought v3.22.5: ");
            // When all but the nodes' comes
            List<JsonNode> nodes = objects.stream()
                    .filter(object -> object.path("kind").asText().equals("DaemonSet"))
                    .toList();
            cluster.apply(Yaml.write(
                    objects.stream().filter(object -> !nodes.contains(object)).toList()));
            assertThat(plan.writes())
                    .as("others have nothing to delete")
                    .noneMatch(write -> write.action() == PlannedAction.DELETE);
            touch(cluster, route);
            // Then
            awaitTold(executor, "1 object is not as they are to be, DaemonSet kube-system/" + route.daemonSet);
            assertThat(step).isNotDone();
            // When
            cluster.apply(Yaml.write(nodes));
            // Then
            assertThat(step)
                    .succeedsWithin(Duration.ofSeconds(30))
                    .isInstanceOfSatisfying(StepSucceeded.class, done -> {
                        assertThat(done.changes()).isEmpty();
                        assertThat(done.summary()).contains("others have brought it");
                    });
            assertThat(cluster.audit().stream()
                            .skip(audited)
                            .filter(entry -> entry.code() < 300 && !entry.dryRun())
                            .filter(entry -> !entry.resource().contains("accessreviews"))
                            .filter(entry -> !entry.name().contains("calico-fleet")))
                    .as("the executor writes nothing")
                    .isEmpty();
            PlanIT.awaitNodes(cluster, NEW);
            route.assertKept(cluster);
        }
    }

    @Test
    void an_operator_is_waited_for_like_a_manifest() throws IOException {
        try (SimulatedFleet fleet =
                new SimulatedFleet(directory, OperatorClusters.releases(directory), SimulatorOptions.quick())) {
            // Given
            SimulatedCluster cluster = OperatorClusters.install(fleet, "o");
            StepParameters asked = StepParameters.ofUpgrade(
                            InstallMethod.OPERATOR,
                            OperatorClusters.SOURCE,
                            CalicoVersion.parse("v3.28.5"),
                            OnConflict.KEEP_MINE)
                    .withAppliedByOthers(true);
            PlanMade plan =
                    PlanIT.plan(fleet, cluster, asked.withPlanned(PlanIT.steps(asked, StepKind.UPGRADE_OPERATOR)));
            PlannedManifest manifest = requireNonNull(plan.manifest());
            assertThat(manifest.file()).isEqualTo("tigera-operator.yaml");
            // When
            SimulatedFleet.Running executor = executor(fleet, cluster);
            CompletableFuture<StepProgress> step = CompletableFuture.supplyAsync(
                    () -> executor.run(PlanIT.request(cluster, StepKind.UPGRADE_OPERATOR, asked)));
            awaitTold(executor, "waits until others have brought v3.28.5: ");
            cluster.apply(text(manifest));
            // Then
            assertThat(step).succeedsWithin(Duration.ofSeconds(60)).isInstanceOf(StepSucceeded.class);
        }
    }

    @Test
    void what_would_be_refused_is_refused_before_others_have_brought_anything() {
        try (SimulatedFleet fleet = new SimulatedFleet(directory)) {
            SimulatedCluster cluster = fleet.calico("c01");
            cluster.apply("""
                    apiVersion: crd.projectcalico.org/v1
                    kind: HostEndpoint
                    metadata: {name: closed}
                    spec: {node: c01-node-3, interfaceName: "*", expectedIPs: [10.0.0.3]}
                    """);
            StepProgress outcome = executor(fleet, cluster)
                    .run(PlanIT.request(
                            cluster,
                            StepKind.UPGRADE,
                            StepParameters.ofUpgrade(InstallMethod.MANIFEST_KDD, OLD, NEW, OnConflict.KEEP_MINE)
                                    .withAppliedByOthers(true)));
            assertThat(outcome).isInstanceOf(StepFailed.class);
        }
    }

    private static SimulatedFleet.Running executor(SimulatedFleet fleet, SimulatedCluster cluster) {
        return fleet.executor("others", cluster, UnaryOperator.identity(), Steps.all(Duration.ofMillis(100)));
    }

    /** A release touches the nodes' workload in the end; here something else of its spec changes before. */
    private static void touch(SimulatedCluster cluster, ManifestRoute route) {
        cluster.patch("apps/v1", "DaemonSet", "kube-system", route.daemonSet, "{\"spec\": {\"minReadySeconds\": 1}}");
    }

    private static void awaitTold(SimulatedFleet.Running executor, String text) {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(executor.outbox.events())
                        .filteredOn(StepProgressed.class::isInstance)
                        .extracting(event -> ((StepProgressed) event).summary())
                        .anyMatch(summary -> summary.contains(text)));
    }

    private static String text(PlannedManifest manifest) throws IOException {
        try (GZIPInputStream gzip =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(manifest.gzip())))) {
            return new String(gzip.readAllBytes(), UTF_8);
        }
    }
}
