package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CanaryNodes;
import io.calicofleet.event.ChangeFacts;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.RegistryChange;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.StepToPlan;
import io.calicofleet.event.TyphaChange;
import io.calicofleet.executor.core.observe.NodeHold;
import io.calicofleet.executor.port.StepHandlers;
import io.calicofleet.executor.step.Steps;
import io.calicofleet.executor.step.change.NodesReady;
import io.calicofleet.model.release.Containers;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas of Typha and the registry of all images change on real API servers: as a whole and back, held, refused, and carried over by an upgrade. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WorkloadChangeIT {

    private static final CalicoVersion VERSION = CalicoVersion.parse("v3.22.5");
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final StepHandlers STEADY_SOON =
            Steps.all(Duration.ofSeconds(15), new NodesReady(Duration.ofMillis(300), LONG));
    private static final ChangeSpec REGISTRY =
            ChangeSpec.ofRegistry(new RegistryChange("reg.example/m", null, null, List.of("pull")));
    private static final String SECRET =
            "{apiVersion: v1, kind: Secret, type: kubernetes.io/dockerconfigjson, metadata: {name: pull, namespace: %s}, data: {.dockerconfigjson: e30=}}";

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;
    private SimulatedCluster cluster;
    private InstallMethod method;
    private String campaign = "typha";
    private int attempt = 1;

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void typha_gets_more_replicas_and_all_images_come_from_elsewhere_and_everything_is_as_before_after_all()
            throws IOException {
        // Given
        method = InstallMethod.MANIFEST_KDD_TYPHA;
        fleet = new SimulatedFleet(directory, SimulatedFleet.OWN_RELEASES, SimulatorOptions.quick());
        cluster = fleet.cluster(ClusterTemplate.named("c01")
                .withManifest(SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, VERSION, "calico-typha.yaml")));
        cluster.apply(Files.readString(Path.of("../deploy/kubernetes/executor-permissions.yaml")));
        fleet.actAs(cluster, cluster.account("kube-system", "calico-fleet-executor"));
        awaitNodes();
        typha();
        campaign = "registry";
        registry();
    }

    private void typha() {
        ChangeSpec three = ChangeSpec.ofTypha(new TyphaChange(3));
        // When too many are asked for, or none
        for (int wrong : List.of(0, 4)) {
            StepFailed refused =
                    (StepFailed) run(StepKind.CHANGE, ChangeSpec.ofTypha(new TyphaChange(wrong)), OnConflict.TAKE_NEW);
            assertThat(refused.message())
                    .contains(wrong == 0 ? "by Service calico-typha" : "4 Typhas need as many nodes")
                    .endsWith("nothing was changed");
            attempt++;
        }
        // When as many as there are nodes
        StepSucceeded inspected = (StepSucceeded) run(StepKind.INSPECT, three, OnConflict.HOLD);
        assertThat(inspected.facts().change())
                .isEqualTo(new ChangeFacts(
                        List.of("Deployment kube-system/calico-typha replicas: 1 -> 3"),
                        List.of(),
                        "typha: replicas=3"));
        assertThat(inspected.facts().missingPermissions()).isEmpty();
        assertThat(run(StepKind.BACKUP, three, OnConflict.HOLD)).isInstanceOf(StepSucceeded.class);
        StepSucceeded done = (StepSucceeded) run(StepKind.CHANGE, three, OnConflict.HOLD);
        // Then they run
        assertThat(done.changes()).containsExactly("Deployment kube-system/calico-typha");
        assertThat(workload("Deployment", "calico-typha")
                        .at("/status/availableReplicas")
                        .asInt())
                .isEqualTo(3);
        // When it is taken back
        assertThat(run(StepKind.RESTORE, null, OnConflict.HOLD)).isInstanceOf(StepSucceeded.class);
        assertThat(workload("Deployment", "calico-typha").at("/spec/replicas").asInt())
                .isEqualTo(1);
        assertThat(workload("Deployment", "calico-typha").at("/status/replicas").asInt())
                .isEqualTo(1);
    }

    private void registry() {
        Set<String> before = images();
        JsonNode nodes = workload("DaemonSet", "calico-node").path("spec");
        // When there is no Secret of that name
        StepFailed refused = (StepFailed) run(StepKind.CHANGE, REGISTRY, OnConflict.TAKE_NEW);
        assertThat(refused.message())
                .startsWith("There is no Secret kube-system/pull")
                .endsWith("nothing was changed");
        cluster.apply(SECRET.formatted("kube-system"));
        attempt++;
        // When it is inspected
        StepSucceeded inspected = (StepSucceeded) run(StepKind.INSPECT, REGISTRY, OnConflict.HOLD);
        assertThat(inspected.facts().change().refusals()).isEmpty();
        assertThat(inspected.facts().missingPermissions()).isEmpty();
        assertThat(inspected.facts().change().fields())
                .contains(
                        "Deployment kube-system/calico-typha template.spec.imagePullSecrets: absent -> [{\"name\":\"pull\"}]");
        // When nobody has said yes
        StepHeld planned = (StepHeld) plan(OnConflict.HOLD);
        assertThat(run(StepKind.BACKUP, REGISTRY, OnConflict.HOLD)).isInstanceOf(StepSucceeded.class);
        StepHeld held = (StepHeld) run(StepKind.CHANGE, REGISTRY, OnConflict.HOLD);
        // Then both ask the same, and nothing is written
        assertThat(held.conflicts()).hasSize(1).isEqualTo(planned.conflicts());
        assertThat(images()).isEqualTo(before);
        StepSucceeded plan = (StepSucceeded) plan(OnConflict.TAKE_NEW);
        assertThat(plan.plan().writes()).isEqualTo(3);
        assertThat(plan.plan().restarts())
                .containsExactly(
                        "Deployment kube-system/calico-kube-controllers: 1 pod",
                        "Deployment kube-system/calico-typha: 1 pod",
                        "DaemonSet kube-system/calico-node: 3 pods, 1 at a time");
        // When a canary node cannot pull
        cluster.faults().imagePullFails("c01-node-2", "reg.example/m/calico/node");
        attempt++;
        StepFailed failed = (StepFailed) change(List.of("c01-node-2"), Duration.ofSeconds(2));
        // Then it goes back to what it had, and no other node was begun
        assertThat(failed.message())
                .startsWith("canary node c01-node-2 did not come to run")
                .contains("DaemonSet kube-system/calico-node is as it was");
        assertThat(workload("DaemonSet", "calico-node").path("spec")).isEqualTo(nodes);
        cluster.faults().clear();
        awaitNodes();
        // When it can
        attempt++;
        StepSucceeded done = (StepSucceeded) run(StepKind.CHANGE, REGISTRY, OnConflict.TAKE_NEW);
        // Then every image comes from there, whatever its container is called, and all nodes roll
        assertThat(done.changes()).containsExactly("DaemonSet kube-system/calico-node");
        assertThat(images())
                .allMatch(image -> image.contains(" reg.example/m/calico/"))
                .hasSameSizeAs(before);
        assertThat(NodeHold.isHeld(workload("DaemonSet", "calico-node"))).isFalse();
        awaitNodes();
        // When it is taken back
        StepSucceeded restored = (StepSucceeded) run(StepKind.RESTORE, null, OnConflict.HOLD);
        assertThat(restored.notes()).isEmpty();
        assertThat(images()).isEqualTo(before);
        assertThat(workload("DaemonSet", "calico-node").path("spec")).isEqualTo(nodes);
        awaitNodes();
        // When it is made once more, and the next release comes
        attempt++;
        assertThat(run(StepKind.CHANGE, REGISTRY, OnConflict.TAKE_NEW)).isInstanceOf(StepSucceeded.class);
        CalicoVersion next = CalicoVersion.parse("v3.28.5");
        StepRequested upgrade = SimulatedFleet.request(
                cluster, method, StepKind.UPGRADE, VERSION, next, OnConflict.KEEP_MINE, List.of());
        assertThat(run(upgrade)).isInstanceOf(StepSucceeded.class);
        // Then its images are from there as well
        assertThat(images()).allMatch(image -> image.matches(".* reg\\.example/m/calico/[-a-z0-9]+:v3\\.28\\.5"));
        assertThat(workload("DaemonSet", "calico-node")
                        .at("/spec/template/spec/imagePullSecrets/0/name")
                        .asText())
                .isEqualTo("pull");
    }

    @Test
    void an_operator_takes_it_from_its_Installation_and_goes_back_to_what_that_said() throws IOException {
        // Given
        method = InstallMethod.OPERATOR;
        fleet = new SimulatedFleet(directory, OperatorClusters.releases(directory), SimulatorOptions.quick());
        cluster = OperatorClusters.install(fleet, "c01");
        for (String file : List.of("executor-permissions.yaml", "executor-permissions-operator.yaml")) {
            cluster.apply(Files.readString(Path.of("../deploy/kubernetes/" + file)));
        }
        cluster.apply(SECRET.formatted("tigera-operator"));
        fleet.actAs(cluster, cluster.account("kube-system", "calico-fleet-executor"));
        JsonNode before = OperatorClusters.installation(cluster).path("spec");
        JsonNode operator = OperatorClusters.operator(cluster).path("spec");
        // When
        StepSucceeded inspected = (StepSucceeded) run(StepKind.INSPECT, REGISTRY, OnConflict.HOLD);
        assertThat(inspected.facts().change().refusals()).isEmpty();
        assertThat(inspected.facts().missingPermissions()).isEmpty();
        assertThat(inspected.facts().change().fields())
                .contains("Installation default registry: registry.example.com/ -> reg.example/m/");
        StepSucceeded plan = (StepSucceeded) plan(OnConflict.TAKE_NEW);
        assertThat(plan.plan().writes()).isEqualTo(2);
        assertThat(plan.plan().restarts())
                .anyMatch(line ->
                        line.startsWith("DaemonSet calico-system/calico-node: 3 pods, 2 at a time, and what else"));
        assertThat(run(StepKind.BACKUP, REGISTRY, OnConflict.TAKE_NEW)).isInstanceOf(StepSucceeded.class);
        StepSucceeded done = (StepSucceeded) run(StepKind.CHANGE, REGISTRY, OnConflict.TAKE_NEW);
        // Then the operator has begun with it when the step is over
        assertThat(done.changes())
                .containsExactly("Deployment tigera-operator/tigera-operator", "Installation default");
        assertThat(OperatorClusters.nodeImage(cluster)).isEqualTo("reg.example/m/calico/node:v3.20.6");
        assertThat(OperatorClusters.operator(cluster)
                        .at("/spec/template/spec/containers/0/image")
                        .asText())
                .isEqualTo("reg.example/m/tigera/operator:v1.20.9");
        // When it is taken back
        StepSucceeded restored = (StepSucceeded) run(StepKind.RESTORE, null, OnConflict.HOLD);
        assertThat(restored.notes()).isEmpty();
        assertThat(OperatorClusters.installation(cluster).path("spec")).isEqualTo(before);
        assertThat(OperatorClusters.operator(cluster).path("spec")).isEqualTo(operator);
        OperatorClusters.awaitCalico(cluster, "v3.20.6");
    }

    private void awaitNodes() {
        await().atMost(LONG).untilAsserted(() -> {
            JsonNode status = workload("DaemonSet", "calico-node").path("status");
            assertThat(status.path("observedGeneration").asLong())
                    .isEqualTo(workload("DaemonSet", "calico-node")
                            .at("/metadata/generation")
                            .asLong());
            assertThat(status.path("updatedNumberScheduled").asInt()).isEqualTo(3);
            assertThat(status.path("numberReady").asInt()).isEqualTo(3);
        });
    }

    private JsonNode workload(String kind, String name) {
        return cluster.get("apps/v1", kind, "kube-system", name);
    }

    private Set<String> images() {
        Set<String> images = new TreeSet<>();
        for (JsonNode workload : List.of(
                workload("DaemonSet", "calico-node"),
                workload("Deployment", "calico-kube-controllers"),
                workload("Deployment", "calico-typha"))) {
            Containers.of(workload)
                    .forEach(container -> images.add(container.path("name").asText() + " "
                            + container.path("image").asText()));
        }
        return images;
    }

    private StepProgress change(List<String> nodes, Duration deadline) {
        StepRequested asked = request(StepKind.CHANGE, REGISTRY, OnConflict.TAKE_NEW);
        return run(new StepRequested(
                asked.step(),
                List.of(),
                asked.parameters().withCanaryNodes(new CanaryNodes(nodes, Map.of(), null, deadline)),
                asked.summary()));
    }

    private StepProgress plan(OnConflict rule) {
        StepRequested asked = request(StepKind.PLAN, REGISTRY, rule);
        List<StepToPlan> steps = List.of(StepKind.BACKUP, StepKind.CHANGE).stream()
                .map(kind -> new StepToPlan(kind, List.of(), asked.parameters()))
                .toList();
        return run(new StepRequested(asked.step(), List.of(), asked.parameters().withPlanned(steps), asked.summary()));
    }

    private StepProgress run(StepKind kind, ChangeSpec change, OnConflict rule) {
        return run(request(kind, change, rule));
    }

    private StepProgress run(StepRequested request) {
        return fleet.executor(
                        request.step().kind() + "-" + attempt + "-"
                                + cluster.audit().size(),
                        cluster,
                        UnaryOperator.identity(),
                        STEADY_SOON)
                .run(request);
    }

    private StepRequested request(StepKind kind, ChangeSpec change, OnConflict rule) {
        CalicoVersion runs = method == InstallMethod.OPERATOR ? OperatorClusters.SOURCE : VERSION;
        StepRequested first = SimulatedFleet.request(cluster, method, kind, runs, null, rule, List.of());
        StepParameters parameters = first.parameters().withChange(change);
        return new StepRequested(
                new StepId(
                        CampaignName.of(kind == StepKind.RESTORE ? "undo-" + campaign : campaign),
                        first.step().cluster(),
                        kind,
                        attempt),
                List.of(),
                parameters,
                first.summary());
    }
}
