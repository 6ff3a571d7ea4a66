package io.calicofleet.simulator.calico;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.fault.FaultSpec;
import io.calicofleet.simulator.fault.Faults;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;

/**
 * Felix on every node of a cluster, and the traffic it judges. What runs on a node decides: connections of a {@code *}
 * host endpoint are logged and dropped only where calico-node is v3.14 or later.
 */
public final class Felix {

    /** Where the API server of every cluster is, as its nodes see it. */
    public static final String CONTROL_PLANE = TrafficGenerator.CONTROL_PLANE;

    private static final GroupResource NODES = new GroupResource("", "nodes");

    /** Rounds between two lines of a node that have nothing to do with policies. */
    private static final int OTHER_LINES = 25;

    private final ObjectStore store;
    private volatile CalicoResources resources;
    private final Faults faults;
    private final BiConsumer<String, String> lines;
    private final Map<String, ImageVersion> versions = new ConcurrentSkipListMap<>();
    private final Map<String, Long> drops = new ConcurrentSkipListMap<>();
    private final Map<String, Long> allowed = new ConcurrentSkipListMap<>();
    private int round;

    /** Felix of a cluster, which reads {@code resources} until it is told others; lines takes a node and a line of its kernel log. */
    public Felix(ObjectStore store, CalicoResources resources, Faults faults, BiConsumer<String, String> lines) {
        this.store = store;
        this.resources = resources;
        this.faults = faults;
        this.lines = lines;
    }

    /** calico-node of a version has started on a node; what ran there before is replaced. */
    void started(String node, ImageVersion version) {
        versions.put(node, version);
    }

    /** Calico's resources are read from here from now on. */
    void reads(CalicoResources now) {
        resources = now;
    }

    /** The version of calico-node that programs each node. */
    public Map<String, String> versions() {
        Map<String, String> texts = new TreeMap<>();
        versions.forEach((node, version) -> texts.put(node, version.text()));
        return texts;
    }

    /** Dropped connections: {@code <host endpoint> <ingress|egress> <service>} to their number. */
    public Map<String, Long> drops() {
        return new TreeMap<>(drops);
    }

    /** Connections that got through, counted like drops. */
    public Map<String, Long> allowed() {
        return new TreeMap<>(allowed);
    }

    /** One round: every node has one new connection; now and then another line of its kernel. */
    public void round() {
        round++;
        List<ObjectNode> endpoints = resources.list("HostEndpoint");
        if (endpoints.isEmpty() && round % OTHER_LINES != 0) {
            return;
        }
        List<ObjectNode> nodes = store.list(NODES, "").objects();
        if (round % OTHER_LINES == 0) {
            nodes.forEach(node -> {
                String name = Json.text(node, "metadata", "name");
                ship(name, KernelLog.other(name));
            });
        }
        if (!endpoints.isEmpty()) {
            traffic(endpoints, nodes);
        }
    }

    private void traffic(List<ObjectNode> endpoints, List<ObjectNode> nodes) {
        ObjectNode configuration = resources.get("FelixConfiguration", "default");
        JsonNode felixSpec = configuration == null ? Json.object() : configuration.path("spec");
        HostEndpoints hosts = new HostEndpoints(
                List.copyOf(endpoints),
                List.copyOf(resources.list("GlobalNetworkPolicy")),
                List.copyOf(resources.list("GlobalNetworkSet")),
                felixSpec);
        List<String> addresses = new ArrayList<>();
        nodes.forEach(node -> addresses.add(address(node)));
        for (int i = 0; i < nodes.size(); i++) {
            String node = Json.text(nodes.get(i), "metadata", "name");
            ImageVersion version = versions.get(node);
            if (version == null) {
                continue;
            }
            Connection connection = TrafficGenerator.connection(round + i, addresses.get(i), addresses);
            HostEndpoints.Verdict verdict = hosts.judge(node, version, connection);
            if (verdict.endpoint().isEmpty()) {
                continue;
            }
            String what = verdict.endpoint() + " " + connection.direction() + " " + connection.service();
            (verdict.allowed() ? allowed : drops).merge(what, 1L, Long::sum);
            if (verdict.logged()) {
                ship(node, KernelLog.packet(node, hosts.logPrefix(), connection));
            }
        }
    }

    private static String address(JsonNode node) {
        for (JsonNode address : node.path("status").path("addresses")) {
            if (address.path("type").asText().equals("InternalIP")) {
                return address.path("address").asText();
            }
        }
        return "10.0.0.1";
    }

    private void ship(String node, String line) {
        FaultSpec now = faults.now();
        boolean lost = now.trafficLossShare() > 0 && ThreadLocalRandom.current().nextDouble() < now.trafficLossShare();
        if (!lost && !now.silentNodes().contains(node)) {
            lines.accept(node, line);
        }
    }
}
