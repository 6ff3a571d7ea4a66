package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.NetworkSetFact;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.release.FailsafeDefaults;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.etcd.EtcdServer;
import io.calicofleet.simulator.kubernetes.http.AuditEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose Calico keeps its resources in etcd with TLS: its own Secret is the way there. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EtcdClusterIT {

    private static final String ROOT = "/calico/resources/v3/projectcalico.org/";

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
    void what_is_in_etcd_is_inspected_and_observed() {
        SimulatedCluster cluster = fleet.calicoOnEtcd("c01");
        awaitVersion(cluster);
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);

        StepProgress inspected = executor.run(StepKind.INSPECT, 1);

        assertThat(inspected).isInstanceOfSatisfying(StepSucceeded.class, succeeded -> {
            var facts = requireNonNull(succeeded.facts());
            assertThat(facts.installMethod()).isEqualTo(InstallMethod.MANIFEST_ETCD);
            assertThat(facts.datastore()).isEqualTo(Datastore.ETCD);
            assertThat(facts.clusterInformationVersion()).isEqualTo(SimulatedFleet.SOURCE);
            assertThat(facts.datastoreReady()).isTrue();
            assertThat(facts.hostEndpoints())
                    .extracting(HostEndpointFact::name)
                    .containsExactly("c01-node-1-all", "c01-node-2-eth0");
            assertThat(facts.missingPermissions()).isEmpty();
        });
        assertThat(executor.run(StepKind.PROTECT_HOST_ENDPOINTS, 1)).isInstanceOf(StepSucceeded.class);
        executor.cluster()
                .datastore(executor.cluster().api(), executor.cluster().api(), Optional.empty())
                .create(Yaml.object("""
                apiVersion: projectcalico.org/v3
                kind: GlobalNetworkSet
                metadata: {name: partners, labels: {role: partner}}
                spec: {nets: [203.0.113.0/24]}
                """));
        StepRequested review = new StepRequested(
                executor.id(StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC, 1),
                List.of(GateRequirement.of(GateKind.HOST_ENDPOINT_TRAFFIC, Duration.ofMinutes(5))),
                parameters(false),
                "please");
        try (Observer.Session session = executor.cluster().observer().start(review, () -> {})) {
            ClusterObservation seen = session.observe();
            assertThat(seen.clusterInformationVersion()).isEqualTo(SimulatedFleet.SOURCE);
            assertThat(requireNonNull(seen.temporaryPolicy()).inForce()).isTrue();
            assertThat(seen.hostEndpoints())
                    .filteredOn(HostEndpointFact::labelled)
                    .extracting(HostEndpointFact::name)
                    .containsExactly("c01-node-1-all");
            assertThat(requireNonNull(seen.networkSets()).sets())
                    .containsExactly(
                            new NetworkSetFact("partners", Map.of("role", "partner"), List.of("203.0.113.0/24"), 1));
            assertThat(requireNonNull(seen.failsafe()).inbound())
                    .containsExactlyInAnyOrderElementsOf(
                            FailsafeDefaults.of(SimulatedFleet.SOURCE, FlowDirection.INGRESS));
        }
    }

    @Test
    void host_endpoints_are_protected_released_and_restored_in_etcd() {
        SimulatedCluster cluster = fleet.calicoOnEtcd("c01");
        awaitVersion(cluster);
        Map<String, String> before = state(cluster);
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);
        succeed(executor, StepKind.BACKUP);
        succeed(executor, StepKind.PROTECT_HOST_ENDPOINTS);

        assertThat(etcd(cluster).get(ROOT + "hostendpoints/c01-node-1-all")).contains("\"host-endpoint-upgrade\":\"\"");
        assertThat(etcd(cluster).entries(ROOT + "globalnetworkpolicies/"))
                .containsOnlyKeys(ROOT + "globalnetworkpolicies/default.allow-all-upgrade");
        assertThat(executor.run(release(executor, false)))
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(FailureReason.HOST_ENDPOINT_WOULD_BE_CLOSED));
        assertThat(executor.run(release(executor, true))).isInstanceOf(StepSucceeded.class);
        assertThat(etcd(cluster).entries(ROOT + "globalnetworkpolicies/"))
                .containsOnlyKeys(ROOT + "globalnetworkpolicies/default.calico-fleet-host-endpoints");
        succeed(executor, StepKind.RESTORE);

        assertThat(state(cluster)).isEqualTo(before);
        assertThat(cluster.audit())
                .filteredOn(entry -> entry.resource().equals("etcd")
                        && entry.name().endsWith("/globalnetworkpolicies/default.allow-all-upgrade"))
                .extracting(AuditEntry::verb)
                .containsExactly("create", "delete");
    }

    @Test
    void killed_around_each_write_to_etcd_it_ends_as_without() {
        SimulatedCluster calm = fleet.calicoOnEtcd("calm");
        SimulatedCluster killed = fleet.calicoOnEtcd("kill");
        awaitVersion(calm);
        awaitVersion(killed);
        for (StepKind step : List.of(
                StepKind.BACKUP, StepKind.PROTECT_HOST_ENDPOINTS, StepKind.RELEASE_HOST_ENDPOINTS, StepKind.RESTORE)) {
            SimulatedFleet.Running undisturbed = fleet.executor("calm-" + step, calm);
            assertThat(undisturbed.run(request(undisturbed, step))).isInstanceOf(StepSucceeded.class);
            int kills = runKilled(killed, step);
            assertThat(kills).as("kills during " + step).isGreaterThan(1);
            assertThat(named(state(killed), "kill")).as("etcd after " + step).isEqualTo(named(state(calm), "calm"));
        }
    }

    @Test
    void an_etcd_that_does_not_answer_is_waited_for() {
        SimulatedCluster cluster = fleet.calicoOnEtcd("c01");
        awaitVersion(cluster);
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);
        etcd(cluster).setAvailable(false);
        CompletableFuture.delayedExecutor(700, TimeUnit.MILLISECONDS)
                .execute(() -> etcd(cluster).setAvailable(true));

        assertThat(executor.run(StepKind.PROTECT_HOST_ENDPOINTS, 1)).isInstanceOf(StepSucceeded.class);
    }

    /** Fresh executors, each killed alternately before or after a write, until one has nothing left to do. */
    private int runKilled(SimulatedCluster cluster, StepKind step) {
        return Killer.untilDone(
                300,
                (kills, at) -> {
                    SimulatedFleet.Running executor = fleet.killedOnEtcd("killed-" + step + "-" + kills, cluster, at);
                    return executor.run(request(executor, step));
                },
                () -> {});
    }

    private static StepRequested request(SimulatedFleet.Running executor, StepKind step) {
        return step == StepKind.RELEASE_HOST_ENDPOINTS
                ? release(executor, true)
                : new StepRequested(executor.id(step, 1), List.of(), parameters(false), "please");
    }

    private static StepRequested release(SimulatedFleet.Running executor, boolean suggested) {
        return new StepRequested(
                executor.id(StepKind.RELEASE_HOST_ENDPOINTS, suggested ? 2 : 1),
                List.of(),
                parameters(suggested),
                "please");
    }

    private static StepParameters parameters(boolean suggested) {
        return StepParameters.ofUpgrade(InstallMethod.MANIFEST_ETCD, SimulatedFleet.SOURCE, SimulatedFleet.TARGET, null)
                .withSuggestedPolicy(suggested, suggested ? SimulatedFleet.SUGGESTED_POLICY : null);
    }

    private static void succeed(SimulatedFleet.Running executor, StepKind step) {
        assertThat(executor.run(request(executor, step))).isInstanceOf(StepSucceeded.class);
    }

    private static void awaitVersion(SimulatedCluster cluster) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> etcd(cluster).get(ROOT + "clusterinformations/default") != null
                        && etcd(cluster).entries(ROOT + "nodes/").size() == 3);
    }

    private static EtcdServer etcd(SimulatedCluster cluster) {
        return requireNonNull(cluster.etcd());
    }

    /** Host endpoints and policies, without what differs between two that are the same. */
    private static Map<String, String> state(SimulatedCluster cluster) {
        Map<String, String> state = new TreeMap<>(etcd(cluster).entries(ROOT + "hostendpoints/"));
        state.putAll(etcd(cluster).entries(ROOT + "globalnetworkpolicies/"));
        state.replaceAll((key, value) -> value.replaceAll("\"(uid|creationTimestamp)\":\"[^\"]*\",?", "")
                .replace(",\"labels\":{}", "")
                .replace("\"labels\":{}", "")
                .replace(",}", "}"));
        return state;
    }

    private static Map<String, String> named(Map<String, String> state, String id) {
        Map<String, String> named = new TreeMap<>();
        state.forEach((key, value) -> named.put(key.replace(id, "it"), value.replace(id, "it")));
        return named;
    }
}
