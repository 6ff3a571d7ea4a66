package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.ContinuityObservation;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.executor.core.continuity.Prober;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A simulated cluster whose traffic is measured while it is upgraded. */
abstract class ContinuityScene {

    static final CalicoVersion OLD = CalicoVersion.parse("v3.13.4");
    static final CalicoVersion NEW = CalicoVersion.parse("v3.22.5");
    static final Duration SOON = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    SimulatedFleet fleet;
    SimulatedCluster cluster;

    @Nullable
    ContinuitySpec where;

    int attempts;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory, SimulatedFleet.OWN_RELEASES, SimulatorOptions.quick());
        cluster = fleet.cluster(ClusterTemplate.named("c01")
                .withManifest(SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, OLD, "calico.yaml")));
        awaitReady();
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    /** What came of a step, and what was seen of the traffic last. */
    record Judged(StepProgress outcome, ContinuityObservation last, HandEngine.Counts counts) {}

    /** Runs the step, and judges it once what is seen of the traffic is so. */
    Judged judged(
            String run, UnaryOperator<ClusterApi> around, boolean required, Predicate<ContinuityObservation> enough)
            throws InterruptedException {
        SimulatedFleet.Running executor = fleet.executor(run, cluster, around);
        StepRequested request = upgrade(1, required, List.of(GateRequirement.ofContinuity(SOON, spec(required))));
        HandDelivery delivery = HandDelivery.of(request, 0);
        executor.queues.accept(delivery);
        await().atMost(SOON).until(() -> seen(executor).anyMatch(enough) || failed(executor, request));
        ContinuityObservation last = seen(executor).toList().getLast();
        executor.queues.judged(request.step());
        await().atMost(SOON).until(delivery::acknowledged);
        return new Judged(executor.outbox.outcomes(request.step()).getLast(), last, executor.counts);
    }

    static boolean failed(SimulatedFleet.Running executor, StepRequested request) {
        return executor.outbox.outcomes(request.step()).stream().anyMatch(StepFailed.class::isInstance);
    }

    static Stream<ContinuityObservation> seen(SimulatedFleet.Running executor) {
        return executor.outbox.checks().stream()
                .map(ChecksObserved::observation)
                .map(observation -> observation.continuity())
                .filter(measured -> measured != null);
    }

    ContinuitySpec spec(boolean required) {
        ContinuitySpec asked = where;
        return asked != null
                ? asked
                : new ContinuitySpec("busybox:1.36.1", Duration.ofSeconds(2), 1, Duration.ofSeconds(2), required);
    }

    StepRequested upgrade(boolean required, List<GateRequirement> gates) {
        return upgrade(1, required, gates);
    }

    StepRequested judgedUpgrade(int attempt) {
        return upgrade(attempt, true, List.of(GateRequirement.ofContinuity(SOON, spec(true))));
    }

    StepRequested step(StepKind kind) {
        return SimulatedFleet.request(
                cluster, InstallMethod.MANIFEST_KDD, kind, OLD, NEW, OnConflict.KEEP_MINE, List.of());
    }

    StepRequested upgrade(int attempt, boolean required, List<GateRequirement> gates) {
        StepRequested plain = step(StepKind.UPGRADE);
        return new StepRequested(
                new StepId(plain.step().campaign(), plain.step().cluster(), StepKind.UPGRADE, attempt),
                gates,
                plain.parameters().withContinuity(spec(required)),
                plain.summary());
    }

    /** No more Services than there are: the prober has one, the upgrade none. */
    void few() {
        cluster.apply("""
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: few, namespace: kube-system}
                spec: {hard: {count/services: "%d"}}
                """.formatted(cluster.list("v1", "Service", "kube-system").size()));
    }

    /** A node that gets the new calico-node is cut off for a while, and the pod does not become ready. */
    void breaks() {
        cluster.faults().startGap(Duration.ofSeconds(3));
        cluster.faults().neverReady("*", "calico/node:" + NEW);
    }

    JsonNode daemonSet() {
        return cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node");
    }

    void awaitReady() {
        await().atMost(SOON)
                .until(() -> daemonSet().at("/status/numberReady").asInt() == 3
                        && daemonSet().at("/status/observedGeneration").asLong()
                                == daemonSet().at("/metadata/generation").asLong());
    }

    long nodesOf(CalicoVersion version) {
        return cluster.list("v1", "Pod", "kube-system").stream()
                .filter(pod -> pod.at("/metadata/labels/k8s-app").asText().equals("calico-node"))
                .filter(pod -> pod.at("/spec/containers/0/image").asText().endsWith(":" + version))
                .filter(pod -> pod.at("/status/containerStatuses/0/ready").asBoolean())
                .count();
    }

    String calicoNode() {
        return daemonSet().at("/spec/template/spec/containers/0/image").asText();
    }

    void awaitNothingLeft() {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(Stream.of("ConfigMap", "Service", "Pod", "apps/v1 DaemonSet")
                                .flatMap(kind -> cluster
                                        .list(
                                                kind.contains(" ") ? "apps/v1" : "v1",
                                                kind.substring(kind.indexOf(' ') + 1),
                                                "")
                                        .stream())
                                .filter(Prober::isOne)
                                .map(JsonNode::toString))
                        .isEmpty());
    }
}
