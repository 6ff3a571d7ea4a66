package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.ContinuityFact;
import io.calicofleet.event.ContinuityObservation;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** That packets flowed while the nodes rolled is measured by a prober on each node, which is there for no longer than that. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Execution(ExecutionMode.SAME_THREAD)
class ContinuityIT {

    private static final CalicoVersion OLD = CalicoVersion.parse("v3.13.4");
    private static final CalicoVersion NEW = CalicoVersion.parse("v3.22.5");
    private static final Duration SOON = Duration.ofSeconds(90);

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;
    private SimulatedCluster cluster;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory, SimulatedFleet.OWN_RELEASES, SimulatorOptions.quick());
        cluster = fleet.cluster(ClusterTemplate.named("c01")
                .withManifest(SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, OLD, "calico.yaml")));
        await().atMost(SOON)
                .until(() -> cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                                .at("/status/numberReady")
                                .asInt()
                        == 3);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void an_upgrade_is_measured_to_its_verdict_and_nothing_of_the_prober_stays() throws InterruptedException {
        Judged step = judged("run", UnaryOperator.identity(), true, seen -> seen.round() >= 3);

        ContinuityObservation last = step.last();
        assertThat(step.outcome())
                .isInstanceOfSatisfying(
                        StepSucceeded.class,
                        done -> assertThat(done.notes()).contains("it is measured whether packets flow, from 3 nodes"));
        // Two other nodes, the Service, the API server and DNS, from each of three.
        assertThat(last.refused()).isNull();
        assertThat(last.paths()).isEqualTo(15);
        assertThat(last.attempts()).isPositive();
        assertThat(last.lost()).isZero();
        assertThat(last.worst()).allSatisfy(fact -> {
            assertThat(fact.longestGap()).isZero();
            assertThat(fact.baselineAttempts()).isPositive();
        });
        assertThat(last.unmeasuredNodes()).isZero();
        awaitNothingLeft();
    }

    @Test
    void a_gap_while_a_node_rolls_is_measured_on_the_paths_of_that_node() throws InterruptedException {
        // Given
        cluster.faults().startGap(Duration.ofSeconds(3));
        // When
        Judged step = judged(
                "run",
                UnaryOperator.identity(),
                true,
                seen -> seen.worst().stream().anyMatch(fact -> fact.longestGap().compareTo(Duration.ofSeconds(2)) > 0));
        // Then
        ContinuityFact worst = step.last().worst().getFirst();
        assertThat(worst.longestGap()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(20));
        assertThat(worst.lost()).isPositive();
        assertThat(worst.to()).isNotEmpty();
        assertThat(worst.baselineLost()).isZero();
        awaitNothingLeft();
    }

    @Test
    void a_cluster_that_refuses_the_prober_is_not_upgraded_and_the_api_servers_own_words_are_told() {
        // Given
        few();
        // When
        StepProgress outcome = fleet.executor("run", cluster).run(upgrade(true, List.of()));
        // Then
        assertThat(outcome).isInstanceOfSatisfying(StepFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.UNEXPECTED_STATE);
            assertThat(failed.message())
                    .startsWith("it cannot be measured whether packets flow, so nothing of the upgrade was begun")
                    .contains("exceeded quota: few");
        });
        assertThat(calicoNode()).contains(OLD.toString());
        awaitNothingLeft();
    }

    @Test
    void where_the_campaign_does_not_need_it_the_upgrade_goes_on_and_the_checks_say_why_nothing_was_measured()
            throws InterruptedException {
        // Given
        few();
        // When
        Judged step = judged("run", UnaryOperator.identity(), false, seen -> true);
        // Then
        assertThat(step.outcome()).isInstanceOf(StepSucceeded.class);
        assertThat(step.last().refused()).contains("exceeded quota: few");
        assertThat(step.last().paths()).isZero();
        assertThat(calicoNode()).contains(NEW.toString());
        awaitNothingLeft();
    }

    @Test
    void a_cluster_that_loses_packets_before_anything_was_changed_is_not_upgraded() {
        // Given
        cluster.faults().cutOffNodes("c01-node-1", "c01-node-2", "c01-node-3");
        // When
        StepProgress outcome = fleet.executor("run", cluster).run(upgrade(true, List.of()));
        // Then
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        StepFailed.class, failed -> assertThat(failed.message()).contains("no path had an answer"));
        assertThat(calicoNode()).contains(OLD.toString());
        awaitNothingLeft();
    }

    @Test
    void killed_around_each_write_it_measures_from_one_baseline_and_nothing_stays() {
        int kills = Killer.untilDone(
                300,
                (killed, before) -> fleet.executor("run-" + killed, cluster, api -> new Killer(api, before))
                        .run(upgrade(true, List.of())),
                () -> {});

        assertThat(kills).isGreaterThan(8);
        assertThat(calicoNode()).contains(NEW.toString());
        awaitNothingLeft();
    }

    /** What came of a step, and what was seen of the traffic last. */
    private record Judged(StepProgress outcome, ContinuityObservation last) {}

    /** Runs the step, and judges it once what is seen of the traffic is so. */
    private Judged judged(
            String run, UnaryOperator<ClusterApi> around, boolean required, Predicate<ContinuityObservation> enough)
            throws InterruptedException {
        SimulatedFleet.Running executor = fleet.executor(run, cluster, around);
        StepRequested request = upgrade(required, List.of(GateRequirement.ofContinuity(SOON, spec(required))));
        HandDelivery delivery = HandDelivery.of(request, 0);
        executor.queues.accept(delivery);
        await().atMost(SOON).until(() -> seen(executor).anyMatch(enough) || failed(executor, request));
        ContinuityObservation last = seen(executor).toList().getLast();
        executor.queues.judged(request.step());
        await().atMost(SOON).until(delivery::acknowledged);
        return new Judged(executor.outbox.outcomes(request.step()).getLast(), last);
    }

    private static boolean failed(SimulatedFleet.Running executor, StepRequested request) {
        return executor.outbox.outcomes(request.step()).stream().anyMatch(StepFailed.class::isInstance);
    }

    private static Stream<ContinuityObservation> seen(SimulatedFleet.Running executor) {
        return executor.outbox.checks().stream()
                .map(ChecksObserved::observation)
                .map(observation -> observation.continuity())
                .filter(measured -> measured != null);
    }

    private static ContinuitySpec spec(boolean required) {
        return new ContinuitySpec("busybox:1.36.1", Duration.ofSeconds(2), 1, Duration.ofSeconds(2), required);
    }

    private StepRequested upgrade(boolean required, List<GateRequirement> gates) {
        StepRequested plain = SimulatedFleet.request(
                cluster, InstallMethod.MANIFEST_KDD, StepKind.UPGRADE, OLD, NEW, OnConflict.KEEP_MINE, gates);
        return new StepRequested(
                plain.step(), gates, plain.parameters().withContinuity(spec(required)), plain.summary());
    }

    /** No more Services than there are: the prober has one, the upgrade none. */
    private void few() {
        cluster.apply("""
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: few, namespace: kube-system}
                spec: {hard: {count/services: "%d"}}
                """.formatted(cluster.list("v1", "Service", "kube-system").size()));
    }

    private String calicoNode() {
        return cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                .at("/spec/template/spec/containers/0/image")
                .asText();
    }

    private void awaitNothingLeft() {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(Stream.of("ConfigMap", "Service", "Pod", "apps/v1 DaemonSet")
                                .flatMap(kind -> cluster
                                        .list(
                                                kind.contains(" ") ? "apps/v1" : "v1",
                                                kind.substring(kind.indexOf(' ') + 1),
                                                "kube-system")
                                        .stream())
                                .filter(Prober::isOne)
                                .map(JsonNode::toString))
                        .isEmpty());
    }
}
