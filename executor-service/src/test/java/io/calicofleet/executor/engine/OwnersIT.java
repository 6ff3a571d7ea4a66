package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.FieldWriter;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.OwnerFact;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.simulator.SimulatedCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else keeps the objects of the install: he is found by his marks, and named when he acts. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OwnersIT {

    private static final String ARGO = "argocd-controller";
    private static final String[] NODES = {"apps/v1", "DaemonSet", "kube-system", "calico-node"};

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void an_inspection_finds_who_keeps_the_objects_by_what_he_wrote_on_them_and_as_whom() {
        // Given
        SimulatedCluster cluster = fleet.calico("kept");
        cluster.patch(
                ARGO,
                "v1",
                "ConfigMap",
                "kube-system",
                "calico-config",
                "{\"metadata\": {\"annotations\": {\"argocd.argoproj.io/tracking-id\": \"net:/ConfigMap:kube-system/calico-config\"}}}");
        cluster.patch(
                "kubectl",
                "v1",
                "ServiceAccount",
                "kube-system",
                "calico-node",
                "{\"metadata\": {\"labels\": {\"kubeone.io/addon\": \"cni\"}}}");
        cluster.create(
                Yaml.object("{apiVersion: v1, kind: ServiceAccount, metadata: {name: somebody, namespace: kube-system,"
                        + " labels: {k0s.k0sproject.io/stack: other}}}"));
        // When
        ClusterFacts facts = ((StepSucceeded) fleet.executor("run1", cluster).run(StepKind.INSPECT, 1)).facts();
        // Then
        assertThat(facts.owners()).extracting(OwnerFact::owner).containsExactly("argo-cd", "kubeone");
        assertThat(facts.owners().getFirst().objects()).containsExactly("ConfigMap kube-system/calico-config");
        assertThat(facts.owners().getLast().objects()).containsExactly("ServiceAccount kube-system/calico-node");
        assertThat(facts.owners().getFirst().evidence())
                .containsExactly("annotation argocd.argoproj.io/tracking-id: net", "field manager " + ARGO);
    }

    @Test
    void our_own_writes_are_nobody_elses() {
        SimulatedCluster cluster = fleet.calico("ours");
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);

        upgrade(executor);

        assertThat(nodes(executor).lastWriter()).isNotNull();
        assertThat(nodes(executor).lastWriter().manager()).isEqualTo(FieldWriter.OURS);
        assertThat(((StepSucceeded) executor.run(StepKind.INSPECT, 2)).facts().owners())
                .isEmpty();
    }

    @Test
    void who_puts_the_images_back_is_named_by_what_the_gates_get_to_see() throws InterruptedException {
        // Given
        SimulatedCluster cluster = fleet.calico("reverted");
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);
        JsonNode wanted = cluster.get(NODES[0], NODES[1], NODES[2], NODES[3]).deepCopy();
        upgrade(executor);
        // When
        AtomicBoolean over = new AtomicBoolean();
        Thread controller = Thread.ofVirtual().start(() -> keep(cluster, wanted, over));
        // Then
        try {
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                WorkloadObservation seen = nodes(executor);
                assertThat(seen.templateImages())
                        .allMatch(image -> image.image().endsWith("v3.13.4"));
                assertThat(seen.lastWriter()).isNotNull();
                assertThat(seen.lastWriter().manager()).isEqualTo(ARGO);
                assertThat(seen.lastWriter().at()).isNotNull();
            });
        } finally {
            over.set(true);
            controller.join();
        }
    }

    /** What GitOps does: as soon as it sees another template than its own, it puts its own back. */
    private static void keep(SimulatedCluster cluster, JsonNode wanted, AtomicBoolean over) {
        while (!over.get()) {
            JsonNode live = cluster.get(NODES[0], NODES[1], NODES[2], NODES[3]);
            if (!live.at("/spec/template/spec").equals(wanted.at("/spec/template/spec"))) {
                ObjectNode template = wanted.at("/spec/template").deepCopy();
                cluster.patch(
                        ARGO, NODES[0], NODES[1], NODES[2], NODES[3], "{\"spec\": {\"template\": " + template + "}}");
            }
            Thread.onSpinWait();
        }
    }

    private static void upgrade(SimulatedFleet.Running executor) {
        for (StepKind kind :
                List.of(StepKind.INSPECT, StepKind.BACKUP, StepKind.PROTECT_HOST_ENDPOINTS, StepKind.UPGRADE)) {
            assertThat(executor.run(kind, 1)).isInstanceOf(StepSucceeded.class);
        }
    }

    private static WorkloadObservation nodes(SimulatedFleet.Running executor) {
        StepRequested request = executor.request(
                StepKind.UPGRADE,
                1,
                OnConflict.KEEP_MINE,
                List.of(GateRequirement.of(GateKind.VERSION, Duration.ofMinutes(5))));
        return executor.observe(request).workloads().stream()
                .filter(workload -> workload.object().equals("DaemonSet kube-system/calico-node"))
                .findFirst()
                .orElseThrow();
    }
}
