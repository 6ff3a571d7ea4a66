package io.calicofleet.executor.step.autohostendpoints;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.calicofleet.executor.step.OnEtcd;
import io.calicofleet.executor.step.cluster.NodeController;
import io.calicofleet.executor.step.cluster.Objects;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A cluster of three nodes with a host endpoint of all interfaces each, and the kube-controllers that make automatic ones. */
final class MigrationScene {

    static final CalicoVersion VERSION = CalicoVersion.of(3, 22, 5);
    static final List<String> NODES = List.of("n1", "n2", "n3");

    FakeCluster cluster = installed();
    final KubeControllers controllers = new KubeControllers();

    /** The nodes in etcd; null where Kubernetes is the datastore. */
    @Nullable
    List<ObjectNode> etcd;

    boolean policiesAccepted;

    /** Forgets what was done to the cluster. */
    FakeCluster anew() {
        cluster = installed();
        return cluster;
    }

    /** Makes what it is told to, as kube-controllers does; a test may keep it from some of it. */
    final class KubeControllers {
        boolean skipsLastNode;
        boolean leavesLabelsOut;
        boolean forgetsFirstNode;
        boolean breaksFirstNode;
        boolean makesItsConfiguration;

        void run() {
            if (makesItsConfiguration
                    && cluster.all("KubeControllersConfiguration").isEmpty()) {
                cluster.put("""
                        apiVersion: crd.projectcalico.org/v1
                        kind: KubeControllersConfiguration
                        metadata: {name: default}
                        spec: {controllers: {node: {reconcilerPeriod: 5m0s}}}
                        """);
            }
            boolean told =
                    cluster.all("KubeControllersConfiguration").stream().anyMatch(NodeController::makesHostEndpoints);
            for (String node : told ? NODES : List.<String>of()) {
                if (skipsLastNode && node.equals("n3")) {
                    continue;
                }
                String labels = leavesLabelsOut ? "" : labels(node);
                cluster.put("""
                        apiVersion: crd.projectcalico.org/v1
                        kind: HostEndpoint
                        metadata: {name: %1$s-auto-hep, labels: {projectcalico.org/created-by: calico-kube-controllers%2$s}}
                        spec: {node: %1$s, interfaceName: "*", expectedIPs: [10.0.0.%3$s], profiles: [projectcalico-default-allow]}
                        """.formatted(node, labels, node.substring(1)));
            }
            if (breaksFirstNode && cluster.writes.contains("delete HostEndpoint n1-all")) {
                cluster.put(pod("n1", "False"));
            }
            if (forgetsFirstNode && cluster.writes.contains("delete HostEndpoint n1-all")) {
                cluster.remove("HostEndpoint n1-auto-hep");
            }
        }

        private String labels(String node) {
            return cluster.all("Node").stream()
                    .filter(found -> Objects.name(found).equals(node))
                    .flatMap(found -> found.at("/metadata/labels").properties().stream())
                    .map(label ->
                            ", " + label.getKey() + ": " + label.getValue().asText())
                    .collect(Collectors.joining());
        }
    }

    List<String> names() {
        return cluster.all("HostEndpoint").stream().map(Objects::name).sorted().toList();
    }

    StepOutcome run() {
        CalicoDatastore kubernetes = new CrdDatastore(cluster, () -> VERSION);
        CalicoDatastore calico = etcd == null ? kubernetes : new OnEtcd(kubernetes, etcd);
        StepParameters upgrade =
                StepParameters.ofUpgrade(InstallMethod.MANIFEST_KDD, VERSION, VERSION, OnConflict.HOLD);
        return new MigrateToAutoHostEndpointsStep()
                .run(new StepContext(
                        StepId.parse("c1/c01/migrate-to-auto-host-endpoints/1"),
                        policiesAccepted ? upgrade.withPoliciesAccepted() : upgrade,
                        cluster,
                        daemonSet -> calico,
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
                Supplier<String> what,
                String apiVersion,
                String kind,
                String namespace,
                BooleanSupplier condition,
                Duration limit) {
            controllers.run();
            return condition.getAsBoolean();
        }

        @Override
        public boolean await(
                Supplier<String> what,
                Function<Runnable, WatchedObjects> watch,
                BooleanSupplier condition,
                Duration limit) {
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

    static String node(String name, String ready, String label) {
        return """
                apiVersion: v1
                kind: Node
                metadata: {name: %1$s, labels: {%3$s}}
                status:
                  conditions: [{type: Ready, status: "%2$s"}]
                  addresses: [{type: InternalIP, address: 10.0.0.%4$s}]
                """.formatted(name, ready, label, name.substring(1));
    }

    static String pod(String node, String ready) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: calico-node-%1$s, namespace: kube-system, labels: {k8s-app: calico-node}}
                spec: {nodeName: %1$s, containers: [{name: calico-node, image: "docker.io/calico/node:v3.22.5"}]}
                status: {conditions: [{type: Ready, status: "%2$s"}]}
                """.formatted(node, ready);
    }

    static String endpoint(String name, String node, String interfaceName, String role) {
        return """
                apiVersion: crd.projectcalico.org/v1
                kind: HostEndpoint
                metadata: {name: %1$s, labels: {role: %4$s}}
                spec: {node: %2$s, interfaceName: "%3$s", expectedIPs: [10.0.0.%5$s]}
                """.formatted(name, node, interfaceName, role, node.substring(1));
    }

    static String controllersDeployment(String version, String env, int ready) {
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
