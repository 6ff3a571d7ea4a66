package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.executor.adapter.kubernetes.store.KubernetesLease;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.simulator.SimulatedCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Execution(ExecutionMode.CONCURRENT)
@Order(1)
class StepLifeIT {

    private static final ResourceRef LEASE =
            new ResourceRef("coordination.k8s.io/v1", "Lease", "kube-system", "calico-fleet");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;
    private SimulatedCluster cluster;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory);
        cluster = fleet.calico("c01");
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void an_inspection_does_without_what_only_tells_more_of_an_install() {
        StepSucceeded done = (StepSucceeded)
                fleet.executor("a", cluster, RefusedSecrets::new).run(StepKind.INSPECT, 1);

        assertThat(done.notes()).anyMatch(note -> note.contains("list secrets"));
        assertThat(done.facts())
                .isNotNull()
                .satisfies(facts -> assertThat(facts.missingPermissions()).isEmpty());
    }

    /** A cluster whose Secrets may not be listed. */
    private static final class RefusedSecrets extends ForwardingCluster {

        RefusedSecrets(ClusterApi cluster) {
            super(cluster);
        }

        @Override
        protected <T> T read(String what, Supplier<T> call) {
            if (what.equals("all Secret")) {
                throw new ClusterException(ClusterException.Problem.FORBIDDEN, "secrets is forbidden", null);
            }
            return call.get();
        }
    }

    @Test
    void nothing_is_written_after_the_definitions_before_the_api_server_has_established_them() {
        LateDefinitions late = new LateDefinitions(fleet.api(cluster));

        StepProgress outcome = fleet.executor("late", cluster, api -> late).run(StepKind.UPGRADE, 1);

        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        assertThat(late.established).isTrue();
        assertThat(late.early).isEmpty();
    }

    /** An API server that establishes definitions a while after they were written. */
    private static final class LateDefinitions extends ForwardingCluster {
        private final Map<String, Integer> asked = new HashMap<>();
        private final List<String> early = new ArrayList<>();
        private boolean written;
        private boolean established;

        LateDefinitions(ClusterApi cluster) {
            super(cluster);
        }

        @Override
        @SuppressWarnings("unchecked")
        protected <T> T read(String what, Supplier<T> call) {
            T answer = call.get();
            if (written
                    && what.startsWith("CustomResourceDefinition ")
                    && answer instanceof Optional<?> found
                    && found.isPresent()) {
                established |= asked.merge(what, 1, Integer::sum) > 3; // asked again and again: it is waited for
                if (!established) {
                    ObjectNode fresh = ((ObjectNode) found.get()).deepCopy();
                    fresh.remove("status");
                    return (T) Optional.of(fresh);
                }
            }
            return answer;
        }

        @Override
        protected <T> T write(ObjectNode object, Supplier<T> call) {
            String kind = object.path("kind").asText();
            boolean ours = object.at("/metadata/name").asText().startsWith("calico-fleet");
            if (kind.equals("CustomResourceDefinition")) {
                written = true;
            } else if (written && !established && !ours) {
                early.add(kind);
            }
            return call.get();
        }
    }

    @Test
    void an_upgrade_whose_rights_are_taken_away_waits_and_goes_on_once_they_are_given_back() {
        StepProgress outcome =
                fleet.executor("a", cluster, RightsGoneForAWhile::new).run(StepKind.UPGRADE, 1);

        assertThat(outcome).isInstanceOf(StepSucceeded.class);
    }

    @Test
    void an_inspection_that_may_not_even_read_the_version_waits_and_goes_on_once_the_rights_are_given_back() {
        StepProgress outcome = fleet.executor("a", cluster, api -> new RightsGoneForAWhile(api, 0, 3))
                .run(StepKind.INSPECT, 1);

        assertThat(outcome).isInstanceOf(StepSucceeded.class);
    }

    /** A cluster in which for some requests nothing is allowed. */
    private static final class RightsGoneForAWhile extends ForwardingCluster {
        private final AtomicInteger requests = new AtomicInteger();
        private final int from;
        private final int to;

        /** In the middle of a step. */
        RightsGoneForAWhile(ClusterApi cluster) {
            this(cluster, 12, 24);
        }

        RightsGoneForAWhile(ClusterApi cluster, int from, int to) {
            super(cluster);
            this.from = from;
            this.to = to;
        }

        @Override
        protected <T> T read(String what, Supplier<T> call) {
            int request = requests.incrementAndGet();
            if (request > from && request <= to) {
                throw new ClusterException(ClusterException.Problem.FORBIDDEN, what + " is forbidden", null);
            }
            return call.get();
        }
    }

    @Test
    void a_step_that_is_delivered_again_answers_what_the_journal_says_and_writes_nothing() {
        // Given
        SimulatedFleet.Running first = fleet.executor("run1", cluster);
        var before = first.run(StepKind.PROTECT_HOST_ENDPOINTS, 1);
        long writes = writes();
        // When
        var after = fleet.executor("run2", cluster).run(StepKind.PROTECT_HOST_ENDPOINTS, 1);
        // Then
        assertThat(after).isEqualTo(before);
        assertThat(writes()).isEqualTo(writes);
    }

    @Test
    void a_step_of_a_grant_before_the_last_one_has_no_effect_also_after_a_restart() {
        // Given
        var first = fleet.executor("run1", cluster).run(granted("c1/c01/drill/1", StepParameters.NONE.withEpoch(8, 0)));
        assertThat(first).isInstanceOf(StepSucceeded.class);
        long writes = writes();
        // When
        SimulatedFleet.Running restarted = fleet.executor("run2", cluster);
        var before = restarted.run(granted("c2/c01/protect-host-endpoints/1", StepParameters.NONE.withEpoch(7, 0)));
        var without = restarted.run(granted("c3/c01/protect-host-endpoints/1", StepParameters.NONE));
        // Then
        assertThat(List.of(before, without))
                .allSatisfy(outcome -> assertThat(outcome)
                        .isInstanceOfSatisfying(
                                StepFailed.class,
                                failed -> assertThat(failed.reason()).isEqualTo(FailureReason.CLAIM_LOST)));
        assertThat(((StepFailed) before).message()).contains("grant 7").contains("grant 8");
        assertThat(writes()).as("but for the lease").isEqualTo(writes);
        assertThat(restarted.run(granted("c4/c01/drill/1", StepParameters.NONE.withEpoch(9, 0))))
                .isInstanceOf(StepSucceeded.class);
    }

    private static StepRequested granted(String step, StepParameters parameters) {
        return new StepRequested(StepId.parse(step), List.of(), parameters, "");
    }

    @Test
    void the_lease_of_an_executor_that_died_is_waited_for_and_taken_over() {
        // Given
        LeaseLock dead = new KubernetesLease(
                fleet.api(cluster), "dead/1", other -> false, Duration.ofSeconds(2), InstantSource.system());
        LeaseLock rival = new KubernetesLease(
                fleet.api(cluster), "me/1", other -> false, Duration.ofSeconds(2), InstantSource.system());
        assertThat(new Once(fleet.api(cluster)).take("dead/1")).isTrue();
        assertThat(rival.tryAcquire()).contains("dead/1");
        // When
        var outcome = fleet.executor("run1", cluster).run(StepKind.PROTECT_HOST_ENDPOINTS, 1);
        // Then
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        assertThat(dead.tryAcquire()).as("given up after the step").isEmpty();
        dead.release();
    }

    @Test
    void the_lease_of_a_run_that_is_known_to_be_over_is_taken_at_once() {
        assertThat(new Once(fleet.api(cluster)).take("me/0")).isTrue();
        LeaseLock next = new KubernetesLease(
                fleet.api(cluster), "me/1", "me/0"::equals, Duration.ofHours(1), InstantSource.system());

        assertThat(next.tryAcquire()).isEmpty();
        next.release();
    }

    @Test
    void losing_the_lease_stops_the_step_before_its_next_write() {
        // Given
        AtomicInteger left = new AtomicInteger(2);
        SimulatedFleet.Running executor = fleet.executor("run1", cluster, api -> new ForwardingCluster(api) {
            @Override
            protected <T> T write(ObjectNode object, Supplier<T> call) {
                T answer = call.get();
                if (left.decrementAndGet() == 0) {
                    // Another executor takes the lease by force, as after a clock that stood still; ours is not
                    // renewed.
                    new Once(fleet.api(cluster)).take("thief/1");
                    await().atMost(PATIENCE).until(() -> System.nanoTime() > 0 && aged());
                }
                return answer;
            }

            private final long began = System.nanoTime();

            private boolean aged() {
                return System.nanoTime() - began > Duration.ofMillis(2600).toNanos();
            }
        });
        // When
        var outcome = executor.run(StepKind.UPGRADE, 1);
        // Then
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        StepFailed.class, failed -> assertThat(failed.reason()).isEqualTo(FailureReason.LEASE_LOST));
        assertThat(image()).as("nothing was upgraded").isEqualTo("calico/node:v3.13.4");
    }

    @Test
    void conflicts_are_held_before_the_first_write_and_decided_by_the_next_attempt() {
        // Given
        JsonNode init = cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                .at("/spec/template/spec/initContainers")
                .deepCopy();
        init.forEach(container -> {
            if (container.path("name").asText().equals("install-cni")) {
                ((ObjectNode) container).putArray("command").add("/mine.sh");
            }
        });
        cluster.patch(
                "apps/v1",
                "DaemonSet",
                "kube-system",
                "calico-node",
                "{\"spec\":{\"template\":{\"spec\":{\"terminationGracePeriodSeconds\":7,\"initContainers\":" + init
                        + "}}}}");
        cluster.patch("v1", "ConfigMap", "kube-system", "calico-config", "{\"data\":{\"veth_mtu\":\"9000\"}}");
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);
        long manifestWrites = manifestWrites();
        // When
        var held = executor.run(executor.request(StepKind.UPGRADE, 1, OnConflict.HOLD, List.of()));
        // Then
        assertThat(held).isInstanceOfSatisfying(StepHeld.class, hold -> {
            assertThat(hold.reason()).isEqualTo(HoldReason.CUSTOMISATION_CONFLICTS);
            assertThat(hold.conflicts()).singleElement().satisfies(conflict -> {
                assertThat(conflict.path()).endsWith("initContainers[install-cni].command");
                assertThat(conflict.why()).isEqualTo("You changed it, and so did the release.");
            });
        });
        assertThat(manifestWrites()).isEqualTo(manifestWrites);
        // When
        var upgraded = executor.run(executor.request(StepKind.UPGRADE, 2, OnConflict.KEEP_MINE, List.of()));
        // Then
        assertThat(upgraded).isInstanceOf(StepSucceeded.class);
        assertThat(cluster.get("v1", "ConfigMap", "kube-system", "calico-config")
                        .at("/data/veth_mtu")
                        .asText())
                .as("a setting, which is no question")
                .isEqualTo("9000");
        assertThat(cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                        .at("/spec/template/spec/initContainers")
                        .toString())
                .contains("[\"/mine.sh\"]");
    }

    @Test
    void an_api_server_that_fails_one_request_in_four_and_drops_watches_delays_the_upgrade_and_no_more() {
        // Given
        cluster.faults().apiErrors(0.25, 503);
        // When
        var outcome = fleet.executor("run1", cluster).run(StepKind.UPGRADE, 1);
        // Then
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        assertThat(image()).endsWith("calico/node:v3.22.5");
    }

    @Test
    void after_the_upgrade_the_rollout_is_reported_node_by_node_and_observed_until_the_verdict() throws Exception {
        // Given
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);
        StepRequested request = executor.request(
                StepKind.UPGRADE,
                1,
                OnConflict.KEEP_MINE,
                List.of(
                        GateRequirement.of(GateKind.PODS, Duration.ofMinutes(5)),
                        GateRequirement.of(GateKind.VERSION, Duration.ofMinutes(5))));
        HandDelivery delivery = HandDelivery.of(request, 0);
        // When
        executor.queues.accept(delivery);
        await().atMost(PATIENCE).until(() -> settled(executor.outbox.checks()) >= 2);
        cluster.faults().dropWatches();
        // Then
        assertThat(delivery.acknowledged()).isFalse();
        assertThat(executor.outbox.events().stream()
                        .filter(StepProgressed.class::isInstance)
                        .map(event -> ((StepProgressed) event)))
                .anySatisfy(progress -> {
                    assertThat(progress.unit()).isEqualTo("nodes");
                    assertThat(progress.done()).isEqualTo(3);
                });
        assertThat(executor.outbox.ids()).doesNotHaveDuplicates();
        ChecksObserved last = executor.outbox.checks().getLast();
        assertThat(last.observation().hostEndpoints()).hasSize(2);
        assertThat(last.observation().podNetworks()).isNotNull();
        assertThat(last.observation().nodeAddresses()).hasSize(3);
        // When
        executor.queues.judged(request.step());
        // Then
        await().atMost(PATIENCE).until(delivery::acknowledged);
        await().atMost(PATIENCE).until(() -> executor.queues.running() == 0);
    }

    @Test
    void a_step_whose_partition_went_away_stops_is_not_acknowledged_and_gives_its_lease_up() {
        // Given
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);
        HandDelivery delivery = HandDelivery.of(
                executor.request(
                        StepKind.PROTECT_HOST_ENDPOINTS,
                        1,
                        OnConflict.HOLD,
                        List.of(GateRequirement.of(GateKind.HOST_ENDPOINT_PROTECTION, Duration.ofMinutes(5)))),
                0);
        executor.queues.accept(delivery);
        await().atMost(PATIENCE).until(() -> !executor.outbox.checks().isEmpty());
        // When
        delivery.revoke();
        executor.queues.revoked();
        // Then
        await().atMost(PATIENCE).until(() -> executor.queues.running() == 0);
        assertThat(delivery.acknowledged()).isFalse();
        assertThat(cluster.get(LEASE.apiVersion(), LEASE.kind(), LEASE.namespace(), LEASE.name())
                        .at("/spec/holderIdentity")
                        .asText())
                .isEmpty();
    }

    private static long settled(List<ChecksObserved> checks) {
        return checks.stream()
                .filter(check -> CalicoVersion.parse("v3.22.5")
                        .equals(check.observation().clusterInformationVersion()))
                .filter(check -> check.observation().workloads().stream().allMatch(StepLifeIT::rolledOut))
                .count();
    }

    private static boolean rolledOut(WorkloadObservation workload) {
        return workload.generation() == workload.observedGeneration()
                && workload.updated() == workload.desired()
                && workload.ready() == workload.desired()
                && workload.podsOfOtherRevision() == 0;
    }

    private String image() {
        return cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                .at("/spec/template/spec/containers/0/image")
                .asText();
    }

    private long writes() {
        return cluster.audit().stream()
                .filter(entry -> !entry.resource().contains("leases"))
                .count();
    }

    private long manifestWrites() {
        return cluster.audit().stream()
                .filter(entry ->
                        !entry.resource().contains("leases") && !entry.name().equals("calico-fleet"))
                .count();
    }

    /** Writes itself into the lease, whoever holds it. */
    private record Once(ClusterApi api) {
        boolean take(String holder) {
            ObjectNode lease = api.find(LEASE).orElseGet(() -> {
                LeaseLock first =
                        new KubernetesLease(api, holder, other -> false, Duration.ofSeconds(2), InstantSource.system());
                assertThat(first.tryAcquire()).isEmpty();
                first.release();
                return api.find(LEASE).orElseThrow();
            });
            ((ObjectNode) lease.get("spec")).put("holderIdentity", holder).put("leaseDurationSeconds", 2);
            try {
                api.replace(lease);
                return true;
            } catch (ClusterException renewedMeanwhile) {
                assertThat(renewedMeanwhile.isRace()).isTrue();
                return take(holder);
            }
        }
    }
}
