package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.etcd.EtcdServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The migration where Calico keeps its resources in etcd: labels have to get there by kube-controllers first. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Order(1)
class AutoHostEndpointsOnEtcdIT {

    private static final String ROOT = "/calico/resources/v3/projectcalico.org/";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final StepKind MIGRATE = StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS;

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

    @ParameterizedTest
    @CsvSource({"calico-etcd.yaml, MANIFEST_ETCD", "canal-etcd.yaml, MANIFEST_CANAL_ETCD"})
    void automatic_ones_take_over_and_the_restore_brings_the_old_ones_back(String manifest, InstallMethod method) {
        // Given
        SimulatedCluster cluster = calico("c01", manifest);
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);
        Map<String, String> before = endpoints(cluster);
        String node = kubernetesLabels(cluster, "c01-node-1");
        assertThat(executor.run(request(executor, StepKind.BACKUP, method))).isInstanceOf(StepSucceeded.class);
        // When
        assertThat(executor.run(request(executor, MIGRATE, method))).isInstanceOf(StepSucceeded.class);
        // Then
        assertThat(endpoints(cluster).keySet())
                .containsExactly(
                        "c01-node-1-auto-hep", "c01-node-2-auto-hep", "c01-node-3-auto-hep", "c01-node-3-eth0");
        assertThat(endpoints(cluster).get("c01-node-1-auto-hep"))
                .contains("\"env\":\"prod\"", "\"kubernetes.io/hostname\"");
        assertThat(value(cluster, "kubecontrollersconfigurations/default"))
                .contains("\"autoCreate\":\"Enabled\"", "\"syncLabels\":\"Enabled\"");
        // When
        assertThat(executor.run(request(executor, StepKind.RESTORE, method))).isInstanceOf(StepSucceeded.class);
        // Then
        assertThat(endpoints(cluster)).isEqualTo(before);
        assertThat(kubernetesLabels(cluster, "c01-node-1")).isEqualTo(node);
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(value(cluster, "nodes/c01-node-1")).doesNotContain("\"env\":\"prod\""));
    }

    @ParameterizedTest
    @CsvSource({"calico-etcd.yaml, MANIFEST_ETCD", "canal-etcd.yaml, MANIFEST_CANAL_ETCD"})
    void killed_around_each_write_it_ends_as_without_and_no_node_is_ever_without_an_endpoint(
            String manifest, InstallMethod method) {
        // Given
        SimulatedCluster calm = calico("calm", manifest);
        SimulatedCluster killed = calico("kill", manifest);
        for (StepKind step : List.of(StepKind.BACKUP, MIGRATE, StepKind.RESTORE)) {
            SimulatedFleet.Running undisturbed = fleet.executor("calm-" + step, calm);
            // When
            assertThat(undisturbed.run(request(undisturbed, step, method))).isInstanceOf(StepSucceeded.class);
            int kills = runKilled(killed, step, method);
            // Then
            assertThat(kills).as("kills during " + step).isGreaterThan(step == StepKind.BACKUP ? 1 : 5);
            assertThat(named(killed, "kill")).as("after " + step).isEqualTo(named(calm, "calm"));
        }
    }

    @Test
    void labels_come_first_then_the_setting_then_one_node_after_the_other() {
        SimulatedCluster cluster = calico("c01", "calico-etcd.yaml");
        List<String> writes = new CopyOnWriteArrayList<>();
        SimulatedFleet.Running executor = fleet.executorOnEtcd(
                "run1", cluster, api -> new ToldCluster(api, writes), calico -> new ToldDatastore(calico, writes));

        assertThat(executor.run(request(executor, MIGRATE, InstallMethod.MANIFEST_ETCD)))
                .isInstanceOf(StepSucceeded.class);

        assertThat(writes)
                .containsExactly(
                        "Node c01-node-1",
                        "Node c01-node-2",
                        "KubeControllersConfiguration default",
                        "HostEndpoint c01-node-1-all",
                        "HostEndpoint z-node-2");
    }

    @Test
    void the_release_takes_the_temporary_label_off_the_nodes_and_etcd_follows() {
        // Given
        SimulatedCluster cluster = calico("c01", "calico-etcd.yaml");
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);
        for (StepKind step : List.of(StepKind.PROTECT_HOST_ENDPOINTS, MIGRATE)) {
            assertThat(executor.run(request(executor, step, InstallMethod.MANIFEST_ETCD)))
                    .isInstanceOf(StepSucceeded.class);
        }
        assertThat(endpoints(cluster).get("c01-node-2-auto-hep")).contains("host-endpoint-upgrade");
        // When
        StepRequested release = request(executor, StepKind.RELEASE_HOST_ENDPOINTS, InstallMethod.MANIFEST_ETCD);
        assertThat(executor.run(new StepRequested(
                        release.step(),
                        List.of(),
                        release.parameters().withSuggestedPolicy(true, SimulatedFleet.SUGGESTED_POLICY),
                        "please")))
                .isInstanceOf(StepSucceeded.class);
        // Then
        assertThat(kubernetesLabels(cluster, "c01-node-2"))
                .contains("calico-fleet.io/host-endpoint")
                .doesNotContain("host-endpoint-upgrade");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(endpoints(cluster).get("c01-node-2-auto-hep"))
                        .contains("calico-fleet.io/host-endpoint")
                        .doesNotContain("host-endpoint-upgrade"));
        assertThat(etcd(cluster).entries(ROOT + "globalnetworkpolicies/"))
                .containsOnlyKeys(
                        ROOT + "globalnetworkpolicies/default.calico-fleet-host-endpoints",
                        ROOT + "globalnetworkpolicies/default.prod");
    }

    @Test
    void a_setting_that_kept_labels_from_etcd_is_turned_on_first_and_off_again_by_the_restore() {
        SimulatedCluster cluster = calico("c01", "calico-etcd.yaml");
        etcd(cluster)
                .change(
                        ROOT + "kubecontrollersconfigurations/default",
                        value -> value.replace("\"syncLabels\":\"Enabled\"", "\"syncLabels\":\"Disabled\""));
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);

        assertThat(executor.run(request(executor, MIGRATE, InstallMethod.MANIFEST_ETCD)))
                .isInstanceOf(StepSucceeded.class);
        assertThat(endpoints(cluster).get("c01-node-2-auto-hep")).contains("\"zone\":\"b\"");
        assertThat(executor.run(request(executor, StepKind.RESTORE, InstallMethod.MANIFEST_ETCD)))
                .isInstanceOf(StepSucceeded.class);

        assertThat(value(cluster, "kubecontrollersconfigurations/default"))
                .contains("\"autoCreate\":\"Disabled\"", "\"syncLabels\":\"Disabled\"");
    }

    @Test
    void a_node_may_have_another_name_in_etcd() {
        SimulatedCluster cluster = calico("c01", "calico-etcd.yaml");
        EtcdServer etcd = etcd(cluster);
        etcd.put(
                ROOT + "nodes/host-1",
                value(cluster, "nodes/c01-node-1").replace("\"name\":\"c01-node-1\"", "\"name\":\"host-1\""));
        etcd.delete(ROOT + "nodes/c01-node-1");
        etcd.change(
                ROOT + "hostendpoints/c01-node-1-all",
                value -> value.replace("\"node\":\"c01-node-1\"", "\"node\":\"host-1\""));
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);

        StepRequested request = request(executor, MIGRATE, InstallMethod.MANIFEST_ETCD);
        assertThat(executor.run(request)).isInstanceOf(StepSucceeded.class);

        assertThat(endpoints(cluster).keySet())
                .containsExactly("c01-node-2-auto-hep", "c01-node-3-auto-hep", "c01-node-3-eth0", "host-1-auto-hep");
        assertThat(endpoints(cluster).get("host-1-auto-hep")).contains("\"env\":\"prod\"");
        StepRequested gated = new StepRequested(
                request.step(),
                List.of(GateRequirement.of(GateKind.AUTO_HOST_ENDPOINTS, Duration.ofMinutes(1))),
                request.parameters(),
                "please");
        assertThat(executor.observe(gated).hostEndpoints())
                .filteredOn(HostEndpointFact::automatic)
                .extracting(HostEndpointFact::node)
                .containsExactlyInAnyOrder("c01-node-1", "c01-node-2", "c01-node-3");
    }

    @Test
    void nodes_that_etcd_does_not_know_and_labels_it_has_otherwise_are_named_and_nothing_is_written() {
        SimulatedCluster cluster = calico("c01", "calico-etcd.yaml");
        EtcdServer etcd = etcd(cluster);
        etcd.change(ROOT + "nodes/c01-node-1", value -> value.replace("\"labels\":{", "\"labels\":{\"env\":\"test\","));
        etcd.delete(ROOT + "nodes/c01-node-3");
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);
        Map<String, String> before = endpoints(cluster);

        StepProgress outcome = executor.run(request(executor, MIGRATE, InstallMethod.MANIFEST_ETCD));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        failed -> assertThat(failed.evidence())
                                .containsExactly(
                                        "label env is prod on HostEndpoint c01-node-1-all and test on its node c01-node-1, as"
                                                + " etcd has it",
                                        "no Node in etcd refers to Node c01-node-3 (spec.orchRefs, which calico-node writes"
                                                + " when it starts there), so that it would get no automatic host endpoint with"
                                                + " its labels"));
        assertThat(endpoints(cluster)).isEqualTo(before);
        assertThat(kubernetesLabels(cluster, "c01-node-2")).doesNotContain("zone");
    }

    /** Fresh executors, each killed alternately before or after a write, until one has nothing left to do. */
    private int runKilled(SimulatedCluster cluster, StepKind step, InstallMethod method) {
        return Killer.untilDone(
                300,
                (kills, at) -> {
                    SimulatedFleet.Running executor = fleet.killedOnEtcd("killed-" + step + "-" + kills, cluster, at);
                    return executor.run(request(executor, step, method));
                },
                () -> assertThat(covered(cluster)).as("nodes with an endpoint").contains("kill-node-1", "kill-node-2"));
    }

    private SimulatedCluster calico(String id, String manifest) {
        SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named(id)
                .withEtcd(ClusterTemplate.Etcd.TLS)
                .withManifest(SimulatedFleet.manifest(SimulatedFleet.TARGET, manifest)));
        EtcdServer etcd = etcd(cluster);
        put(etcd, "hostendpoints", "HostEndpoint", id + "-node-1-all", "{\"env\":\"prod\"}", """
                {"node":"%s-node-1","interfaceName":"*","expectedIPs":["10.0.0.2"]}""".formatted(id));
        put(etcd, "hostendpoints", "HostEndpoint", "z-node-2", "{\"env\":\"prod\",\"zone\":\"b\"}", """
                {"node":"%s-node-2","interfaceName":"*"}""".formatted(id));
        put(etcd, "hostendpoints", "HostEndpoint", id + "-node-3-eth0", "{\"env\":\"prod\"}", """
                {"node":"%s-node-3","interfaceName":"eth0"}""".formatted(id));
        put(etcd, "globalnetworkpolicies", "GlobalNetworkPolicy", "default.prod", "{}", """
                {"selector":"env == 'prod'","types":["Ingress","Egress"],"ingress":[{"action":"Allow"}],\
                "egress":[{"action":"Allow"}]}""");
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(etcd.get(ROOT + "kubecontrollersconfigurations/default")).isNotNull();
            assertThat(etcd.entries(ROOT + "nodes/").values())
                    .hasSize(3)
                    .allMatch(node -> node.contains("kubernetes.io/hostname"));
            assertThat(cluster.get("apps/v1", "Deployment", "kube-system", "calico-kube-controllers")
                            .at("/status/readyReplicas")
                            .asInt())
                    .isEqualTo(1);
            assertThat(cluster.list("apps/v1", "DaemonSet", "kube-system"))
                    .allMatch(set -> set.at("/status/numberReady").asInt() == 3);
        });
        return cluster;
    }

    private static void put(EtcdServer etcd, String plural, String kind, String name, String labels, String spec) {
        etcd.put(ROOT + plural + "/" + name, """
                {"kind":"%s","apiVersion":"projectcalico.org/v3","metadata":{"name":"%s","uid":"u-%s",\
                "creationTimestamp":"2020-05-12T08:00:00Z","labels":%s},"spec":%s}""".formatted(kind, name, name, labels, spec));
    }

    private static StepRequested request(SimulatedFleet.Running executor, StepKind step, InstallMethod method) {
        return new StepRequested(
                executor.id(step, 1),
                List.of(),
                StepParameters.ofUpgrade(method, SimulatedFleet.SOURCE, SimulatedFleet.TARGET, null),
                "please");
    }

    private static EtcdServer etcd(SimulatedCluster cluster) {
        return requireNonNull(cluster.etcd());
    }

    private static String value(SimulatedCluster cluster, String key) {
        return requireNonNull(etcd(cluster).get(ROOT + key));
    }

    private static String kubernetesLabels(SimulatedCluster cluster, String node) {
        return cluster.get("v1", "Node", "", node).at("/metadata/labels").toString();
    }

    /** By name, without what differs between two that are the same. */
    private static Map<String, String> endpoints(SimulatedCluster cluster) {
        Map<String, String> endpoints = new TreeMap<>();
        etcd(cluster)
                .entries(ROOT + "hostendpoints/")
                .forEach((key, value) -> endpoints.put(
                        key.substring(key.lastIndexOf('/') + 1),
                        value.replaceAll("\"(uid|creationTimestamp)\":\"[^\"]*\",?", "")
                                .replace(",}", "}")));
        return endpoints;
    }

    private static Map<String, String> named(SimulatedCluster cluster, String id) {
        Map<String, String> named = new TreeMap<>();
        endpoints(cluster)
                .forEach((name, value) -> named.put(
                        name.replace(id, "it"),
                        value.replace(id, "it").replaceAll("192\\.168\\.0\\.\\d+", "its tunnel")));
        for (int node = 1; node <= 3; node++) {
            named.put(
                    "Node " + node,
                    kubernetesLabels(cluster, id + "-node-" + node).replace(id, "it"));
        }
        named.put(
                "configuration",
                value(cluster, "kubecontrollersconfigurations/default")
                        .replaceAll("\"(uid|creationTimestamp)\":\"[^\"]*\",?", ""));
        return named;
    }

    private static List<String> covered(SimulatedCluster cluster) {
        return etcd(cluster).entries(ROOT + "hostendpoints/").values().stream()
                .filter(value -> value.contains("\"interfaceName\":\"*\""))
                .map(value -> value.replaceAll(".*\"node\":\"([^\"]*)\".*", "$1"))
                .toList();
    }

    /** Tells what is written to Kubernetes, but for what the executor keeps for itself. */
    private static final class ToldCluster extends ForwardingCluster {

        private static final Set<String> OURS = Set.of("ConfigMap", "Secret", "Lease");
        private final List<String> writes;

        ToldCluster(ClusterApi cluster, List<String> writes) {
            super(cluster);
            this.writes = writes;
        }

        @Override
        protected <T> T write(ObjectNode object, Supplier<T> call) {
            if (!OURS.contains(object.path("kind").asText())) {
                writes.add(what(object));
            }
            return call.get();
        }
    }

    /** Tells what is written to etcd. */
    private static final class ToldDatastore extends ForwardingDatastore {

        private final List<String> writes;

        ToldDatastore(CalicoDatastore calico, List<String> writes) {
            super(calico);
            this.writes = writes;
        }

        @Override
        protected <T> T write(ObjectNode resource, Supplier<T> call) {
            writes.add(what(resource));
            return call.get();
        }
    }

    private static String what(JsonNode object) {
        return object.path("kind").asText() + " " + object.at("/metadata/name").asText();
    }
}
