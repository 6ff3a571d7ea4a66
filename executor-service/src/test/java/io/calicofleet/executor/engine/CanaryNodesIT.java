package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CanaryNodes;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.StepToPlan;
import io.calicofleet.executor.core.observe.NodeHold;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The nodes a campaign names get the new calico-node one by one and first, and the others by what their owner has set. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Execution(ExecutionMode.SAME_THREAD)
class CanaryNodesIT {

    private static final CalicoVersion OLD = CalicoVersion.parse("v3.13.4");
    private static final CalicoVersion NEW = CalicoVersion.parse("v3.22.5");
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;
    private SimulatedCluster cluster;
    private JsonNode owners;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory, SimulatedFleet.OWN_RELEASES, SimulatorOptions.quick());
        cluster = fleet.cluster(ClusterTemplate.named("c01")
                .withManifest(SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, OLD, "calico.yaml")));
        cluster.patch(
                "apps/v1",
                "DaemonSet",
                "kube-system",
                "calico-node",
                "{\"spec\": {\"updateStrategy\": {\"rollingUpdate\": {\"maxUnavailable\": 2}}}}");
        awaitPods(OLD);
        owners = daemonSet().at("/spec/updateStrategy");
        assertThat(owners.at("/rollingUpdate/maxUnavailable").asInt()).isEqualTo(2);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void they_get_it_one_after_the_other_and_the_owner_of_the_others_has_his_update_strategy_again() {
        // When
        StepProgress outcome = fleet.executor("run", cluster).run(upgrade(count(2)));
        // Then
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        assertThat(((StepSucceeded) outcome).notes())
                .filteredOn(note -> note.startsWith("canary node"))
                .satisfiesExactly(
                        first -> assertThat(first).contains("c01-node-1: pod calico-node-", "is ready, 1/1"),
                        second -> assertThat(second).contains("c01-node-2: pod calico-node-", "is ready, 1/1"));
        assertThat(restarts()).isEqualTo(2);
        assertThat(daemonSet().at("/spec/updateStrategy")).isEqualTo(owners);
        assertThat(NodeHold.isHeld(daemonSet())).isFalse();
        awaitPods(NEW);
    }

    @Test
    void one_that_is_not_well_is_the_last_that_was_begun_and_goes_back() {
        // Given
        JsonNode before = daemonSet().path("spec");
        cluster.faults().neverReady("c01-node-2", "calico/node:" + NEW);
        // When
        StepProgress outcome = fleet.executor("run", cluster)
                .run(upgrade(
                        new CanaryNodes(List.of("c01-node-2", "c01-node-3"), Map.of(), null, Duration.ofSeconds(5))));
        // Then
        assertThat(outcome).isInstanceOf(StepFailed.class);
        assertThat(((StepFailed) outcome).message())
                .startsWith(
                        "canary node c01-node-2 did not come to run the new calico-node within 5 s: c01-node-2: pod")
                .endsWith("DaemonSet kube-system/calico-node is as it was, so c01-node-2 goes back to the pod it had");
        assertThat(((StepFailed) outcome).evidence()).isNotEmpty();
        assertThat(restarts()).isEqualTo(1);
        assertThat(daemonSet().path("spec")).isEqualTo(before);
        assertThat(NodeHold.isHeld(daemonSet())).isFalse();
        awaitPods(OLD);
        // When: it is well again, and somebody retries
        cluster.faults().clear();
        StepProgress again = fleet.executor("again", cluster).run(upgrade(2, count(1)));
        // Then
        assertThat(again).isInstanceOf(StepSucceeded.class);
        assertThat(daemonSet().at("/spec/updateStrategy")).isEqualTo(owners);
        awaitPods(NEW);
    }

    @Test
    void a_plan_names_them_and_begins_none() {
        // Given: pods of others beside those of Calico
        cluster.apply("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: kube-proxy, namespace: kube-system}
                spec:
                  selector: {matchLabels: {k8s-app: kube-proxy}}
                  template:
                    metadata: {labels: {k8s-app: kube-proxy}}
                    spec:
                      containers: [{name: kube-proxy, image: "registry.k8s.io/kube-proxy:v1.22.17"}]
                """);
        await().atMost(SOON)
                .until(() -> cluster.list("v1", "Pod", "kube-system").stream()
                        .anyMatch(pod ->
                                pod.at("/metadata/labels/k8s-app").asText().equals("kube-proxy")));
        StepRequested upgrade = upgrade(count(1));
        StepRequested plan = SimulatedFleet.request(
                cluster, InstallMethod.MANIFEST_KDD, StepKind.PLAN, OLD, NEW, OnConflict.KEEP_MINE, List.of());
        // When
        StepProgress outcome = fleet.executor("run", cluster)
                .run(new StepRequested(
                        plan.step(),
                        List.of(),
                        plan.parameters()
                                .withPlanned(
                                        List.of(new StepToPlan(StepKind.UPGRADE, List.of(), upgrade.parameters()))),
                        ""));
        // Then
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        assertThat(((StepSucceeded) outcome).notes())
                .contains("canary node c01-node-1 gets its new pod before the others");
        assertThat(((StepSucceeded) outcome).plan().restarts())
                .contains("DaemonSet kube-system/calico-node: 3 pods, 2 at a time");
        assertThat(restarts()).isZero();
        assertThat(daemonSet().at("/spec/updateStrategy")).isEqualTo(owners);
    }

    @Test
    void nodes_that_are_not_there_are_told_before_any_is_begun() {
        StepProgress outcome = fleet.executor("run", cluster)
                .run(upgrade(new CanaryNodes(List.of("nowhere"), Map.of(), null, CanaryNodes.DEADLINE)));

        assertThat(((StepFailed) outcome).message())
                .contains("no canary node can be begun: no node nowhere is to run calico-node");
        assertThat(restarts()).isZero();
        assertThat(daemonSet().at("/spec/updateStrategy")).isEqualTo(owners);
        awaitPods(OLD);
    }

    @Test
    void killed_around_each_write_it_ends_with_the_update_strategy_of_the_owner() {
        int kills = Killer.untilDone(
                300,
                (killed, at) -> fleet.executor("run-" + killed, cluster, api -> new Killer(api, at))
                        .run(upgrade(count(2))),
                () -> {});

        assertThat(kills).isGreaterThan(4);
        assertThat(restarts()).isEqualTo(2);
        assertThat(daemonSet().at("/spec/updateStrategy")).isEqualTo(owners);
        assertThat(NodeHold.isHeld(daemonSet())).isFalse();
        awaitPods(NEW);
    }

    @Test
    void a_restore_in_the_middle_of_them_puts_all_of_it_back() {
        // Given
        JsonNode before = daemonSet().path("spec");
        assertThat(fleet.executor("backup", cluster).run(StepKind.BACKUP, 1)).isInstanceOf(StepSucceeded.class);
        endInTheMiddle();
        // When: another campaign restores it, and its executors are killed, too
        int kills = Killer.untilDone(
                300,
                (killed, at) -> fleet.executor("undo-" + killed, cluster, api -> new Killer(api, at))
                        .run(StepKind.RESTORE, 1),
                () -> {});
        // Then
        assertThat(kills).isGreaterThan(1);
        assertThat(daemonSet().path("spec")).isEqualTo(before);
        assertThat(NodeHold.isHeld(daemonSet())).isFalse();
        awaitPods(OLD);
    }

    @Test
    void one_that_is_not_well_leaves_the_restore_of_a_rollback_all_that_it_needs() {
        // Given
        JsonNode before = daemonSet().path("spec");
        assertThat(fleet.executor("backup", cluster).run(StepKind.BACKUP, 1)).isInstanceOf(StepSucceeded.class);
        cluster.faults().neverReady("c01-node-2", "calico/node:" + NEW);
        StepProgress outcome = fleet.executor("run", cluster)
                .run(upgrade(new CanaryNodes(List.of("c01-node-2"), Map.of(), null, Duration.ofSeconds(5))));
        assertThat(outcome).isInstanceOf(StepFailed.class);
        // When
        StepProgress back = fleet.executor("undo", cluster).run(StepKind.RESTORE, 1);
        // Then
        assertThat(back).isInstanceOf(StepSucceeded.class);
        assertThat(daemonSet().path("spec")).isEqualTo(before);
        awaitPods(OLD);
    }

    @Test
    void after_an_abort_in_the_middle_the_next_campaign_ends_the_hold_with_its_own_upgrade() {
        // Given
        assertThat(fleet.executor("backup", cluster).run(StepKind.BACKUP, 1)).isInstanceOf(StepSucceeded.class);
        endInTheMiddle();
        // When: it has no canary nodes
        StepRequested plain = SimulatedFleet.request(
                cluster, InstallMethod.MANIFEST_KDD, StepKind.UPGRADE, OLD, NEW, OnConflict.KEEP_MINE, List.of());
        StepProgress outcome = fleet.executor("next", cluster)
                .run(new StepRequested(
                        new StepId(CampaignName.of("next"), plain.step().cluster(), StepKind.UPGRADE, 1),
                        plain.gates(),
                        plain.parameters(),
                        plain.summary()));
        // Then
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        assertThat(daemonSet().at("/spec/updateStrategy")).isEqualTo(owners);
        assertThat(NodeHold.isHeld(daemonSet())).isFalse();
        awaitPods(NEW);
    }

    /** Ends the executor when the first of two canary nodes has lost its old pod; nobody asks for that step again. */
    private void endInTheMiddle() {
        assertThatThrownBy(() -> fleet.executor(
                                "halfway",
                                cluster,
                                api -> new Killer(
                                        api,
                                        false,
                                        object -> !object.path("kind").asText().equals("Pod")))
                        .run(upgrade(count(2))))
                .isInstanceOf(Killer.Killed.class);
        assertThat(restarts()).isEqualTo(1);
        assertThat(NodeHold.isHeld(daemonSet())).isTrue();
        assertThat(daemonSet().at("/spec/updateStrategy/type").asText()).isEqualTo("OnDelete");
    }

    private static CanaryNodes count(int nodes) {
        return new CanaryNodes(List.of(), Map.of(), nodes, SOON);
    }

    private StepRequested upgrade(CanaryNodes canaries) {
        return upgrade(1, canaries);
    }

    private StepRequested upgrade(int attempt, CanaryNodes canaries) {
        StepRequested plain = SimulatedFleet.request(
                cluster, InstallMethod.MANIFEST_KDD, StepKind.UPGRADE, OLD, NEW, OnConflict.KEEP_MINE, List.of());
        return new StepRequested(
                StepId.parse(plain.step().toString().replaceFirst("[0-9]+$", String.valueOf(attempt))),
                plain.gates(),
                plain.parameters().withCanaryNodes(canaries),
                plain.summary());
    }

    private long restarts() {
        return cluster.audit().stream()
                .filter(entry -> entry.succeeded() && entry.verb().equals("delete"))
                .filter(entry -> entry.resource().equals("pods"))
                .count();
    }

    private JsonNode daemonSet() {
        return cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node");
    }

    private void awaitPods(CalicoVersion version) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(cluster.list("v1", "Pod", "kube-system"))
                        .filteredOn(pod ->
                                pod.at("/metadata/labels/k8s-app").asText().equals("calico-node"))
                        .hasSize(3)
                        .allSatisfy(pod -> {
                            assertThat(pod.at("/spec/containers/0/image").asText())
                                    .endsWith(":" + version);
                            assertThat(pod.at("/status/containerStatuses/0/ready")
                                            .asBoolean())
                                    .isTrue();
                        }));
    }
}
