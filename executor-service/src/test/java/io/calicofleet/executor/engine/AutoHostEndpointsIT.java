package io.calicofleet.executor.engine;

import static io.calicofleet.executor.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Host endpoints of all interfaces replaced by those of kube-controllers, on v3.22.5. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AutoHostEndpointsIT {

    private static final String CALICO = "crd.projectcalico.org/v1";
    private static final StepKind MIGRATE = StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS;

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;
    private SimulatedCluster cluster;
    private SimulatedFleet.Running executor;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory);
        cluster = calico("c01");
        executor = fleet.executor("run1", cluster);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void automatic_ones_take_over_with_the_labels_of_the_old_ones_and_the_restore_brings_those_back() {
        // Given
        assertThat(executor.run(StepKind.BACKUP, 1)).isInstanceOf(StepSucceeded.class);
        Map<String, String> before = endpoints();
        String node = nodeLabels("c01-node-1");
        // When
        assertThat(migrate(1, false)).isInstanceOf(StepSucceeded.class);
        // Then
        assertThat(endpoints().keySet())
                .containsExactly(
                        "c01-node-1-auto-hep", "c01-node-2-auto-hep", "c01-node-3-auto-hep", "c01-node-3-eth0");
        assertThat(endpoints().get("c01-node-1-auto-hep")).contains("\"env\":\"prod\"", "\"kubernetes.io/hostname\"");
        assertThat(nodeLabels("c01-node-2")).contains("\"env\":\"prod\"", "\"zone\":\"b\"");
        assertThat(executor.outbox.events())
                .filteredOn(StepProgressed.class::isInstance)
                .extracting(event -> ((StepProgressed) event).summary())
                .containsSubsequence(
                        "c01: 1 of 2 nodes have an automatic host endpoint only",
                        "c01: 2 of 2 nodes have an automatic host endpoint only");
        // When
        assertThat(executor.run(StepKind.RESTORE, 1)).isInstanceOf(StepSucceeded.class);
        // Then
        assertThat(endpoints()).isEqualTo(before);
        assertThat(nodeLabels("c01-node-1")).isEqualTo(node);
    }

    @Test
    void with_the_temporary_policy_in_force_they_take_over_its_label_and_the_release_takes_it_off_the_nodes() {
        // Given
        assertThat(executor.run(StepKind.PROTECT_HOST_ENDPOINTS, 1)).isInstanceOf(StepSucceeded.class);
        assertThat(migrate(1, false)).isInstanceOf(StepSucceeded.class);
        assertThat(endpoints().get("c01-node-2-auto-hep")).contains("host-endpoint-upgrade");
        // When
        StepParameters parameters = StepParameters.ofUpgrade(
                        InstallMethod.MANIFEST_KDD, SimulatedFleet.SOURCE, SimulatedFleet.TARGET, null)
                .withSuggestedPolicy(true, SimulatedFleet.SUGGESTED_POLICY);
        assertThat(executor.run(new StepRequested(
                        executor.id(StepKind.RELEASE_HOST_ENDPOINTS, 1), List.of(), parameters, "please")))
                .isInstanceOf(StepSucceeded.class);
        // Then
        await().untilAsserted(() -> assertThat(endpoints().get("c01-node-2-auto-hep"))
                .contains("calico-fleet.io/host-endpoint")
                .doesNotContain("host-endpoint-upgrade"));
        assertThat(nodeLabels("c01-node-2")).doesNotContain("host-endpoint-upgrade");
        assertThat(nodeLabels("c01-node-3")).doesNotContain("calico-fleet.io");
    }

    @Test
    void a_policy_that_selects_automatic_ones_and_changes_nothing_for_them_asks_nothing() {
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkPolicy
                metadata: {name: default.linux}
                spec:
                  selector: kubernetes.io/os == 'linux'
                  types: [Ingress]
                  ingress: [{action: Allow}]
                """);

        assertThat(migrate(1, false)).isInstanceOf(StepSucceeded.class);
    }

    @Test
    void policies_that_would_cut_other_nodes_are_held_until_they_are_accepted() {
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkPolicy
                metadata: {name: default.linux}
                spec:
                  selector: kubernetes.io/os == 'linux'
                  order: 1
                  types: [Ingress]
                  ingress: [{action: Deny, protocol: TCP, destination: {ports: [8080]}}, {action: Allow}]
                """);

        assertThat(migrate(1, false)).isInstanceOfSatisfying(StepHeld.class, held -> {
            assertThat(held.reason()).isEqualTo(HoldReason.AUTO_HOST_ENDPOINT_POLICIES);
            assertThat(held.details())
                    .containsExactly(
                            "GlobalNetworkPolicy linux ingress rule 1 would cut ingress tcp 8080 of c01-node-1, c01-node-2,"
                                    + " c01-node-3, which gets through today");
        });
        assertThat(endpoints().keySet()).containsExactly("c01-node-1-all", "c01-node-3-eth0", "z-node-2");
        assertThat(nodeLabels("c01-node-1")).doesNotContain("env");

        assertThat(migrate(2, true))
                .isInstanceOfSatisfying(
                        StepSucceeded.class,
                        done -> assertThat(done.notes())
                                .anyMatch(note -> note.startsWith("accepted: GlobalNetworkPolicy linux")));
    }

    @Test
    void a_bgp_peer_and_a_pool_that_would_select_nodes_for_their_copied_labels_are_held_too() {
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: BGPPeer
                metadata: {name: rack-b}
                spec: {nodeSelector: zone == 'b', peerIP: 10.9.0.1, asNumber: 64512}
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: IPPool
                metadata: {name: test-only}
                spec: {cidr: 10.77.0.0/16, nodeSelector: "!has(env)"}
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: BGPPeer
                metadata: {name: everywhere}
                spec: {nodeSelector: all(), peerIP: 10.9.0.2, asNumber: 64512}
                """);

        assertThat(migrate(1, false))
                .isInstanceOfSatisfying(
                        StepHeld.class,
                        held -> assertThat(held.details())
                                .containsExactly(
                                        "BGPPeer rack-b (nodeSelector zone == 'b') would select or let go of c01-node-2 for"
                                                + " the labels copied to the nodes",
                                        "IPPool test-only (nodeSelector !has(env)) would select or let go of c01-node-1,"
                                                + " c01-node-2 for the labels copied to the nodes"));
        assertThat(migrate(2, true)).isInstanceOf(StepSucceeded.class);
    }

    @Test
    void an_accepted_policy_that_locks_somebody_out_is_refused_all_the_same() {
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkPolicy
                metadata: {name: default.web}
                spec:
                  order: 1
                  selector: kubernetes.io/os == 'linux'
                  types: [Ingress]
                  ingress: [{action: Deny, protocol: TCP, destination: {ports: [10250]}}]
                """);

        assertThat(migrate(1, true)).isInstanceOfSatisfying(StepFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.WOULD_LOCK_OUT);
            assertThat(failed.evidence())
                    .filteredOn(line -> line.startsWith("kubelet tcp/10250 on "))
                    .hasSize(3)
                    .allMatch(line -> line.contains("GlobalNetworkPolicy web ingress rule 1"));
        });
        assertThat(nodeLabels("c01-node-1")).doesNotContain("env");
    }

    @Test
    void a_label_the_node_has_with_another_value_is_named_and_nothing_is_written() {
        cluster.patch("v1", "Node", "", "c01-node-1", "{\"metadata\":{\"labels\":{\"env\":\"test\"}}}");

        assertThat(migrate(1, false))
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        failed -> assertThat(failed.evidence())
                                .containsExactly(
                                        "label env is prod on HostEndpoint c01-node-1-all and test on its node c01-node-1"));
        assertThat(endpoints()).hasSize(3);
    }

    @Test
    void an_environment_that_keeps_kube_controllers_from_it_is_named() {
        cluster.patch("apps/v1", "Deployment", "kube-system", "calico-kube-controllers", """
                {"spec":{"template":{"spec":{"containers":[{"name":"calico-kube-controllers",
                 "image":"docker.io/calico/kube-controllers:v3.22.5","env":[{"name":"ENABLED_CONTROLLERS","value":"policy"},
                 {"name":"AUTO_HOST_ENDPOINTS","value":"disabled"}]}]}}}}
                """);

        assertThat(migrate(1, false))
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        failed -> assertThat(failed.evidence())
                                .contains(
                                        "ENABLED_CONTROLLERS=policy of calico-kube-controllers leaves node out",
                                        "AUTO_HOST_ENDPOINTS=disabled of calico-kube-controllers wins over KubeControllersConfiguration: remove"
                                                + " it"));
    }

    @Test
    void killed_around_each_write_it_ends_as_without_and_no_node_is_ever_without_an_endpoint() {
        // Given
        assertThat(migrate(1, false)).isInstanceOf(StepSucceeded.class);
        SimulatedCluster killed = calico("c02");
        // When
        int kills = Killer.untilDone(
                100,
                (count, at) -> {
                    SimulatedFleet.Running fresh =
                            fleet.executor("killed-" + count, killed, api -> new Killer(api, at));
                    return fresh.run(request(fresh, 1, false));
                },
                () -> assertThat(covered(killed)).contains("c02-node-1", "c02-node-2"));
        // Then
        assertThat(kills).isGreaterThan(5);
        assertThat(named(killed, "c02")).isEqualTo(named(cluster, "c01"));
        assertThat(deletions(killed)).isEqualTo(2).isEqualTo(deletions(cluster));
    }

    private SimulatedCluster calico(String id) {
        SimulatedCluster made = fleet.cluster(
                ClusterTemplate.named(id).withManifest(SimulatedFleet.manifest(SimulatedFleet.TARGET, "calico.yaml")));
        made.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: HostEndpoint
                metadata: {name: %1$s-node-1-all, labels: {env: prod}}
                spec: {node: %1$s-node-1, interfaceName: "*", expectedIPs: [10.0.0.2]}
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: HostEndpoint
                metadata: {name: z-node-2, labels: {env: prod, zone: b}}
                spec: {node: %1$s-node-2, interfaceName: "*"}
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: HostEndpoint
                metadata: {name: %1$s-node-3-eth0, labels: {env: prod}}
                spec: {node: %1$s-node-3, interfaceName: eth0}
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkPolicy
                metadata: {name: default.prod}
                spec:
                  selector: env == 'prod'
                  types: [Ingress, Egress]
                  ingress: [{action: Allow}]
                  egress: [{action: Allow}]
                """.formatted(id));
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            assertThat(made.get(CALICO, "KubeControllersConfiguration", "", "default"))
                    .isNotNull();
            assertThat(made.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                            .at("/status/numberReady")
                            .asInt())
                    .isEqualTo(3);
            assertThat(made.get("apps/v1", "Deployment", "kube-system", "calico-kube-controllers")
                            .at("/status/readyReplicas")
                            .asInt())
                    .isEqualTo(1);
        });
        return made;
    }

    private StepProgress migrate(int ordinal, boolean accepted) {
        return executor.run(request(executor, ordinal, accepted));
    }

    private static StepRequested request(SimulatedFleet.Running executor, int ordinal, boolean accepted) {
        StepParameters parameters = StepParameters.ofUpgrade(
                InstallMethod.MANIFEST_KDD, SimulatedFleet.SOURCE, SimulatedFleet.TARGET, null);
        return new StepRequested(
                executor.id(MIGRATE, ordinal),
                List.of(),
                accepted ? parameters.withPoliciesAccepted() : parameters,
                "please");
    }

    private Map<String, String> endpoints() {
        Map<String, String> endpoints = new TreeMap<>();
        cluster.list(CALICO, "HostEndpoint", "")
                .forEach(endpoint -> endpoints.put(
                        endpoint.at("/metadata/name").asText(),
                        endpoint.at("/metadata/labels") + " " + endpoint.at("/spec")));
        return endpoints;
    }

    private String nodeLabels(String node) {
        return cluster.get("v1", "Node", "", node).at("/metadata/labels").toString();
    }

    private static List<String> named(SimulatedCluster of, String id) {
        return of.list(CALICO, "HostEndpoint", "").stream()
                .map(endpoint -> endpoint.at("/metadata/name").asText() + endpoint.at("/metadata/labels"))
                .map(text -> text.replace(id, "it"))
                .sorted()
                .toList();
    }

    private static List<String> covered(SimulatedCluster of) {
        return of.list(CALICO, "HostEndpoint", "").stream()
                .filter(endpoint -> endpoint.at("/spec/interfaceName").asText().equals("*"))
                .map(endpoint -> endpoint.at("/spec/node").asText())
                .toList();
    }

    private static long deletions(SimulatedCluster of) {
        return of.audit().stream()
                .filter(entry -> entry.succeeded()
                        && entry.verb().equals("delete")
                        && entry.resource().contains("hostendpoints"))
                .count();
    }
}
