package io.calicofleet.simulator.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The fleet of the demo: clusters c01, c02, ... with labels env, region and tier. Every third one, beginning with c01, has
 * {@code *} host endpoints with policies on them; local changes go round; c02 runs a calicoctl pod.
 */
public final class DemoFleet {

    private static final List<LocalChanges> CHANGES = List.of(LocalChanges.values());
    private static final List<String> REGIONS = List.of("eu-west", "us-east", "eu-north");

    private final Simulator simulator;
    private final int nodes;
    private final String kubernetes;
    private final Path release;

    /**
     * A fleet.
     *
     * @param simulator where it is made
     * @param nodes nodes of every cluster
     * @param kubernetes the version of Kubernetes
     * @param release the directory of the installed release, with calico.yaml and calicoctl.yaml
     */
    public DemoFleet(Simulator simulator, int nodes, String kubernetes, Path release) {
        this.simulator = simulator;
        this.nodes = nodes;
        this.kubernetes = kubernetes;
        this.release = release;
    }

    /** Makes the clusters. */
    public void create(int clusters) {
        String calico = read("calico.yaml");
        Map<LocalChanges, String> manifests = new EnumMap<>(LocalChanges.class);
        CHANGES.forEach(changes -> manifests.put(changes, changes.applyTo(calico)));
        for (int i = 1; i <= clusters; i++) {
            LocalChanges changes = CHANGES.get((i - 1) % CHANGES.size());
            boolean endpoints = i % 3 == 1;
            String id = String.format(Locale.ROOT, clusters < 100 ? "c%02d" : "c%03d", i);
            SimulatedCluster cluster = simulator.addCluster(ClusterTemplate.named(id)
                    .withKubernetes(kubernetes)
                    .withNodes(nodes)
                    .withLabel("env", i <= Math.max(1, clusters / 4) ? "staging" : "prod")
                    .withLabel("region", REGIONS.get(i % REGIONS.size()))
                    .withLabel("tier", i % 4 == 0 ? "critical" : "standard")
                    .withLabel("changes", changes.label())
                    .withLabel("host-endpoints", endpoints ? "all-interfaces" : "none")
                    .withManifest(manifests.getOrDefault(changes, calico)));
            if (endpoints) {
                hostEndpoints(cluster);
            }
            if (i == 2 && Files.exists(release.resolve("calicoctl.yaml"))) {
                cluster.apply(read("calicoctl.yaml"));
            }
        }
    }

    private String read(String file) {
        try {
            return Files.readString(release.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException("there is no " + release.resolve(file), e);
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

    /** Whether calico-node is ready everywhere. */
    public boolean isReady() {
        for (SimulatedCluster cluster : simulator.clusters()) {
            JsonNode set = cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node");
            if (set == null || set.path("status").path("numberReady").asInt() < nodes) {
                return false;
            }
        }
        return true;
    }

    /**
     * From now on the second node of the last cluster never gets ready with another calico-node than it has now. Returns
     * the cluster's id.
     */
    public String trouble() {
        SimulatedCluster last = simulator.clusters().get(simulator.clusters().size() - 1);
        last.faults().neverReady(last.id() + "-node-" + Math.min(2, nodes), "/node:");
        return last.id();
    }
}
