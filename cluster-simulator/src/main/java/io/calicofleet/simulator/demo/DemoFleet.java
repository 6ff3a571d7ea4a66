package io.calicofleet.simulator.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The fleet of the demo: clusters c01, c02, ... with labels env, region and tier; how Calico was installed on each, and
 * what people changed, goes round the list of clusters.
 */
public final class DemoFleet {

    /** What the clusters are, from c01 on and then from the start again. A new kind of cluster is a line here. */
    private static final List<DemoCluster> CLUSTERS = List.of(
            DemoCluster.manifest("calico.yaml", LocalChanges.NONE).withHostEndpoints(),
            DemoCluster.manifest("calico.yaml", LocalChanges.POOL_AND_MTU).withFile("calicoctl.yaml"),
            DemoCluster.manifest("canal.yaml", LocalChanges.FLANNEL_NETWORK),
            DemoCluster.manifest("calico.yaml", LocalChanges.PRIVATE_REGISTRY).withHostEndpoints(),
            DemoCluster.manifest("calico-policy-only.yaml", LocalChanges.TYPHA_REPLICAS),
            DemoCluster.manifest("calico-typha.yaml", LocalChanges.EXTRA_KEYS),
            DemoCluster.manifest("calico-etcd.yaml", LocalChanges.FELIX_SETTINGS)
                    .withEtcd(),
            DemoCluster.manifest("canal-etcd.yaml", LocalChanges.UPDATE_STRATEGY)
                    .withEtcd(),
            OperatorInstall.plain(),
            OperatorInstall.changed(),
            HelmInstall.withValues(),
            DemoCluster.manifest("canal.yaml", LocalChanges.PRIVATE_REGISTRY).withHostEndpoints());

    private static final List<String> REGIONS = List.of("eu-west", "us-east", "eu-north");

    private final Simulator simulator;
    private final int nodes;
    private final String kubernetes;
    private final DemoRelease release;

    /**
     * A fleet.
     *
     * @param simulator where it is made
     * @param nodes nodes of every cluster
     * @param kubernetes the version of Kubernetes
     * @param releases the directory of releases
     * @param calico the version that manifests install
     */
    public DemoFleet(Simulator simulator, int nodes, String kubernetes, Path releases, String calico) {
        this.simulator = simulator;
        this.nodes = nodes;
        this.kubernetes = kubernetes;
        this.release = new DemoRelease(releases, calico);
    }

    /**
     * Makes the clusters.
     *
     * @param clusters how many there are
     * @param only of those the ones to make, by id; empty for all
     */
    public void create(int clusters, List<String> only) {
        for (int i = 1; i <= clusters; i++) {
            DemoCluster kind = CLUSTERS.get((i - 1) % CLUSTERS.size());
            String id = String.format(Locale.ROOT, clusters < 100 ? "c%02d" : "c%03d", i);
            if (!only.isEmpty() && !only.contains(id)) {
                continue;
            }
            ClusterTemplate template = ClusterTemplate.named(id)
                    .withKubernetes(kubernetes)
                    .withNodes(nodes)
                    .withLabel("env", i <= Math.max(1, clusters / 4) ? "staging" : "prod")
                    .withLabel("region", REGIONS.get(i % REGIONS.size()))
                    .withLabel("tier", i % 4 == 0 ? "critical" : "standard")
                    .withLabel("install", kind.install())
                    .withLabel("changes", kind.changes())
                    .withLabel("host-endpoints", kind.hostEndpoints() ? "all-interfaces" : "none");
            SimulatedCluster cluster = simulator.addCluster(kind.template().of(template, release));
            kind.steps().forEach(step -> step.on(cluster, release));
            if (kind.hostEndpoints()) {
                hostEndpoints(cluster);
            }
        }
    }

    /** Host endpoints for all interfaces of every node, and policies that select them. */
    public static void hostEndpoints(SimulatedCluster cluster) {
        StringBuilder yaml = new StringBuilder();
        for (JsonNode node : cluster.list("v1", "Node", "")) {
            String name = Json.text(node, "metadata", "name");
            yaml.append("""
                    ---
                    apiVersion: crd.projectcalico.org/v1
                    kind: HostEndpoint
                    metadata:
                      name: %s-all
                      labels: {host: node, role: worker}
                    spec: {node: %s, interfaceName: "*", expectedIPs: [%s]}
                    """.formatted(
                            name,
                            name,
                            node.path("status")
                                    .path("addresses")
                                    .path(0)
                                    .path("address")
                                    .asText()));
        }
        yaml.append("""
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkPolicy
                metadata: {name: default.monitoring}
                spec:
                  order: 100
                  selector: host == 'node'
                  types: [Ingress]
                  ingress:
                    - action: Allow
                      protocol: TCP
                      source: {nets: [10.0.254.0/24]}
                      destination: {ports: [9100]}
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkPolicy
                metadata: {name: default.kubelet}
                spec:
                  order: 200
                  selector: has(host)
                  types: [Ingress, Egress]
                  ingress:
                    - action: Allow
                      protocol: TCP
                      source: {nets: [10.0.255.0/24]}
                      destination: {ports: [10250]}
                  egress:
                    - action: Allow
                """);
        cluster.apply(yaml.toString());
    }

    /** Whether calico-node is ready everywhere, whatever its DaemonSet is called. */
    public boolean isReady() {
        return simulator.clusters().stream()
                .allMatch(cluster -> cluster.list("apps/v1", "DaemonSet", "").stream()
                        .filter(set -> !image(set).isEmpty())
                        .anyMatch(set -> set.path("status").path("numberReady").asInt() >= nodes));
    }

    /** The image of calico-node in a DaemonSet; empty where it runs something else. */
    private static String image(JsonNode daemonSet) {
        for (JsonNode container : Json.at(daemonSet, "spec", "template", "spec", "containers")) {
            if (container.path("name").asText().equals("calico-node")) {
                return container.path("image").asText();
            }
        }
        return "";
    }

    /**
     * From now on the second node of the last cluster never gets ready with another calico-node than it has now. Returns
     * the cluster's id.
     */
    public String trouble() {
        SimulatedCluster last = simulator.clusters().get(simulator.clusters().size() - 1);
        String now = last.list("apps/v1", "DaemonSet", "").stream()
                .map(DemoFleet::image)
                .filter(image -> !image.isEmpty())
                .findFirst()
                .orElse("");
        last.faults().neverReadyBut(last.id() + "-node-" + Math.min(2, nodes), "/node:", now);
        return last.id();
    }
}
