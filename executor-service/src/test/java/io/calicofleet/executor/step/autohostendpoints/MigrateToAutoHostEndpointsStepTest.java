package io.calicofleet.executor.step.autohostendpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepParameters;
import io.calicofleet.executor.adapter.calico.CrdDatastore;
import io.calicofleet.executor.port.Backups;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.Intents;
import io.calicofleet.executor.port.NameLookup;
import io.calicofleet.executor.port.Plans;
import io.calicofleet.executor.port.ReleaseSource;
import io.calicofleet.executor.port.Rollouts;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.port.WatchedObjects;
import io.calicofleet.executor.step.FakeCluster;
import io.calicofleet.executor.step.cluster.NodeController;
import io.calicofleet.executor.step.cluster.Objects;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MigrateToAutoHostEndpointsStepTest {

    private static final CalicoVersion VERSION = CalicoVersion.of(3, 22, 5);
    private static final List<String> NODES = List.of("n1", "n2", "n3");

    private FakeCluster cluster = installed();

    /** Makes what it is told to, as kube-controllers does; a test may keep it from some of it. */
    private final class KubeControllers {
        private boolean skipsLastNode;
        private boolean leavesLabelsOut;
        private boolean forgetsFirstNode;

        void run() {
            boolean told =
                    cluster.all("KubeControllersConfiguration").stream().anyMatch(NodeController::makesHostEndpoints);
            for (String node : told ? NODES : List.<String>of()) {
                if (skipsLastNode && node.equals("n3")) {
                    continue;
                }
                String labels = leavesLabelsOut ? "" : label(node);
                cluster.put("""
                        apiVersion: crd.projectcalico.org/v1
                        kind: HostEndpoint
                        metadata: {name: %1$s-auto-hep, labels: {projectcalico.org/created-by: calico-kube-controllers%2$s}}
                        spec: {node: %1$s, interfaceName: "*", expectedIPs: [10.0.0.%3$s], profiles: [projectcalico-default-allow]}
                        """.formatted(node, labels, node.substring(1)));
            }
            if (forgetsFirstNode && cluster.writes.contains("delete HostEndpoint n1-all")) {
                cluster.remove("HostEndpoint n1-auto-hep");
            }
        }

        private String label(String node) {
            return cluster.all("Node").stream()
                    .filter(found -> Objects.name(found).equals(node))
                    .map(found -> found.at("/metadata/labels/role").asText())
                    .map(role -> role.isEmpty() ? "" : ", role: " + role)
                    .findFirst()
                    .orElse("");
        }
    }

    private final KubeControllers controllers = new KubeControllers();

    @Test
    void every_node_has_its_automatic_host_endpoint_before_the_first_old_one_goes() {
        StepOutcome outcome = run();

        assertThat(outcome).isInstanceOf(StepOutcome.Succeeded.class);
        assertThat(cluster.writes)
                .containsExactly(
                        "replace Node n1",
                        "replace Node n2",
                        "replace Node n3",
                        "replace KubeControllersConfiguration default",
                        "delete HostEndpoint n1-all",
                        "delete HostEndpoint n2-all",
                        "delete HostEndpoint n3-all");
        assertThat(names()).containsExactly("n1-auto-hep", "n1-eth1", "n2-auto-hep", "n3-auto-hep");
        assertThat(((StepOutcome.Succeeded) outcome).changes()).contains("HostEndpoint n3-all");
    }

    @Test
    void while_the_automatic_host_endpoint_of_one_node_is_missing_no_old_one_goes_anywhere() {
        controllers.skipsLastNode = true;

        assertThat(run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.evidence()).containsExactly("Node n3"));
        assertThat(names()).contains("n1-all", "n2-all", "n3-all");
    }

    @Test
    void an_automatic_host_endpoint_without_the_labels_of_its_node_does_not_stand_in_for_the_old_one() {
        controllers.leavesLabelsOut = true;

        assertThat(run()).isInstanceOf(StepOutcome.Failed.class);
        assertThat(names()).contains("n1-all", "n2-all", "n3-all");
    }

    @Test
    void an_automatic_host_endpoint_that_is_gone_again_stops_the_next_node() {
        controllers.forgetsFirstNode = true;

        assertThat(run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.message()).contains("of n1 has gone again", "2 of 3 nodes"));
        assertThat(names()).contains("n2-all", "n3-all");
    }

    @Test
    void a_node_that_is_not_ready_keeps_its_host_endpoint() {
        cluster.put(node("n2", "False", ""));

        assertThat(run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.message()).contains("Node n2", "is not ready", "2 of 3 nodes"));
        assertThat(names()).contains("n2-all", "n3-all").doesNotContain("n1-all");
    }

    @Test
    void a_node_whose_calico_node_is_not_ready_keeps_its_host_endpoint() {
        cluster.put(pod("n1", "False"));

        assertThat(run()).isInstanceOf(StepOutcome.Failed.class);
        assertThat(names()).contains("n1-all", "n2-all", "n3-all");
    }

    @Test
    void a_label_that_the_node_has_with_another_value_refuses_before_any_write() {
        cluster.put(node("n2", "True", "role: db"));

        assertThat(run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.message())
                                .contains("label role is web on HostEndpoint n2-all and db on its node n2"));
        assertThat(cluster.writes).isEmpty();
    }

    @Test
    void kube_controllers_that_cannot_make_them_refuse_before_any_write() {
        refused("v3.22.5", "{name: AUTO_HOST_ENDPOINTS, value: disabled}", 1, "AUTO_HOST_ENDPOINTS=disabled");
        refused("v3.22.5", "{name: ENABLED_CONTROLLERS, value: 'policy,workloadendpoint'}", 1, "leaves node out");
        refused("v3.13.4", "", 1, "automatic host endpoints came with");
        refused("v3.22.5", "", 0, "is not ready");
        cluster.remove("Deployment kube-system/calico-kube-controllers");
        assertThat(run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.message()).contains("there is no Deployment"));
    }

    @Test
    void a_host_endpoint_of_a_node_that_is_not_there_refuses_before_any_write() {
        cluster.put(endpoint("gone-all", "n9", "*", "web"));

        assertThat(run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.message())
                                .contains("HostEndpoint gone-all is for a node that is not there: n9"));
        assertThat(cluster.writes).isEmpty();
    }

    @Test
    void killed_before_any_write_the_next_run_ends_as_if_nothing_had_happened() {
        run();
        List<String> undisturbed = names();
        int writes = cluster.writes.size();
        for (int at = 0; at < writes; at++) {
            cluster = installed();
            cluster.writesLeft = at;
            assertThatThrownBy(this::run).isInstanceOf(FakeCluster.Killed.class);
            for (String node : NODES) {
                assertThat(names()).as("killed at write %d", at).containsAnyOf(node + "-all", node + "-auto-hep");
            }
            cluster.writesLeft = Integer.MAX_VALUE;

            assertThat(run()).as("killed at write %d", at).isInstanceOf(StepOutcome.Succeeded.class);
            assertThat(names()).isEqualTo(undisturbed);
        }
    }

    @Test
    void where_nothing_is_left_to_replace_nothing_is_written() {
        run();
        cluster.writes.clear();

        assertThat(run())
                .isInstanceOfSatisfying(
                        StepOutcome.Succeeded.class,
                        done -> assertThat(done.changes()).isEmpty());
        assertThat(cluster.writes).isEmpty();
    }

    private void refused(String version, String env, int ready, String why) {
        cluster = installed();
        cluster.put(controllersDeployment(version, env, ready));

        assertThat(run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.evidence())
                                .anySatisfy(line -> assertThat(line).contains(why)));
        assertThat(cluster.writes).isEmpty();
    }

    private List<String> names() {
        return cluster.all("HostEndpoint").stream().map(Objects::name).sorted().toList();
    }

    private StepOutcome run() {
        CalicoDatastore calico = new CrdDatastore(cluster, () -> VERSION);
        return new MigrateToAutoHostEndpointsStep()
                .run(new StepContext(
                        StepId.parse("c1/c01/migrate-to-auto-host-endpoints/1"),
                        StepParameters.ofUpgrade(InstallMethod.MANIFEST_KDD, VERSION, VERSION, OnConflict.HOLD),
                        cluster,
                        () -> calico,
                        FakeCluster.unused(Backups.class),
                        FakeCluster.unused(Plans.class),
                        FakeCluster.unused(Intents.class),
                        FakeCluster.unused(ReleaseSource.class),
                        NameLookup.NONE,
                        (done, total, unit, summary) -> {},
                        new Waits()));
    }

    /** Lets kube-controllers do its part, and looks. */
    private final class Waits implements Rollouts {
        @Override
        public boolean await(
                String apiVersion, String kind, String namespace, BooleanSupplier condition, Duration limit) {
            controllers.run();
            return condition.getAsBoolean();
        }

        @Override
        public boolean await(Function<Runnable, WatchedObjects> watch, BooleanSupplier condition, Duration limit) {
            controllers.run();
            return condition.getAsBoolean();
        }
    }

    private static FakeCluster installed() {
        FakeCluster installed = new FakeCluster();
        for (String node : NODES) {
            installed.put(node(node, "True", ""));
            installed.put(pod(node, "True"));
            installed.put(endpoint(node + "-all", node, "*", "web"));
        }
        installed.put(endpoint("n1-eth1", "n1", "eth1", "web"));
        installed.put(controllersDeployment("v3.22.5", "", 1));
        installed.put("""
                apiVersion: crd.projectcalico.org/v1
                kind: KubeControllersConfiguration
                metadata: {name: default}
                spec: {controllers: {node: {hostEndpoint: {autoCreate: Disabled}}}}
                ---
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: calico-node, namespace: kube-system}
                spec:
                  selector: {matchLabels: {k8s-app: calico-node}}
                  template:
                    metadata: {labels: {k8s-app: calico-node}}
                    spec: {containers: [{name: calico-node, image: "docker.io/calico/node:v3.22.5"}]}
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkPolicy
                metadata: {name: default.web}
                spec:
                  selector: role == "web"
                  types: [Ingress, Egress]
                  ingress: [{action: Allow}]
                  egress: [{action: Allow}]
                """);
        return installed;
    }

    private static String node(String name, String ready, String label) {
        return """
                apiVersion: v1
                kind: Node
                metadata: {name: %1$s, labels: {%3$s}}
                status:
                  conditions: [{type: Ready, status: "%2$s"}]
                  addresses: [{type: InternalIP, address: 10.0.0.%4$s}]
                """.formatted(name, ready, label, name.substring(1));
    }

    private static String pod(String node, String ready) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: calico-node-%1$s, namespace: kube-system, labels: {k8s-app: calico-node}}
                spec: {nodeName: %1$s, containers: [{name: calico-node, image: "docker.io/calico/node:v3.22.5"}]}
                status: {conditions: [{type: Ready, status: "%2$s"}]}
                """.formatted(node, ready);
    }

    private static String endpoint(String name, String node, String interfaceName, String role) {
        return """
                apiVersion: crd.projectcalico.org/v1
                kind: HostEndpoint
                metadata: {name: %1$s, labels: {role: %4$s}}
                spec: {node: %2$s, interfaceName: "%3$s", expectedIPs: [10.0.0.%5$s]}
                """.formatted(name, node, interfaceName, role, node.substring(1));
    }

    private static String controllersDeployment(String version, String env, int ready) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: calico-kube-controllers, namespace: kube-system}
                spec:
                  selector: {matchLabels: {k8s-app: calico-kube-controllers}}
                  template:
                    metadata: {labels: {k8s-app: calico-kube-controllers}}
                    spec:
                      containers:
                      - {name: calico-kube-controllers, image: "docker.io/calico/kube-controllers:%s", env: [%s]}
                status: {readyReplicas: %d}
                """.formatted(version, env, ready);
    }
}
