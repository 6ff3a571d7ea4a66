package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.datastore.NodeNames;
import io.calicofleet.executor.core.lockout.Need.Remote;
import io.calicofleet.model.Json;
import io.calicofleet.model.address.Cidr;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Who runs what in a cluster, by the Endpoints of the API server, by pods, and by the environment of calico-node. Nodes go
 * by the names Kubernetes has for them.
 */
public final class NodeRoles {

    private static final int KUBELET = 10250;
    private static final int TYPHA = 5473;
    private static final int ETCD = 2379;
    private static final int ETCD_METRICS = 2381;
    private static final String ITSELF = "the node itself";

    /** A server that nodes reach, by all its addresses. */
    record Reached(List<Remote> addresses, int port) {
        Reached {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * A port of a node that the node itself asks.
     *
     * @param what whose it is
     * @param who who asks
     * @param address the node's, or that of the loopback
     * @param port the port
     */
    record Probe(String what, String who, Cidr address, int port) {}

    private static final Cidr LOOPBACK = Cidr.read("127.0.0.1").orElseThrow();

    /** Where Felix tells how it is, which calico-node's probes ask. */
    private static final int FELIX_HEALTH = 9099;

    private final Map<String, Set<Probe>> probes = new HashMap<>();
    private final Map<String, List<Cidr>> addresses = new LinkedHashMap<>();
    private final Map<String, CalicoHost> hosts = new LinkedHashMap<>();
    private final Map<String, Integer> kubelets = new HashMap<>();
    private final List<Remote> apiServers = new ArrayList<>();
    private final List<Reached> apiServersElsewhere = new ArrayList<>();
    private final List<Reached> calicoEtcd = new ArrayList<>();
    private final Set<String> etcds = new TreeSet<>();
    private final Set<String> typhas = new TreeSet<>();
    private final NavigableSet<String> notes = new TreeSet<>();
    private final List<Remote> nodes;
    private final List<Remote> networkNodes;
    private int apiServerPort = 6443;
    private int typhaPort = TYPHA;

    /**
     * Who runs what.
     *
     * @param nodes all Nodes
     * @param calicoNodes the same as Calico knows them; none where they could not be read
     * @param apiServerEndpoints the Endpoints {@code default/kubernetes}; none where they could not be read
     * @param pods at least those of the control plane and of Typha
     * @param servers what settings name
     * @param names their addresses
     */
    public NodeRoles(
            Collection<? extends JsonNode> nodes,
            Collection<? extends JsonNode> calicoNodes,
            Collection<? extends JsonNode> apiServerEndpoints,
            Collection<? extends JsonNode> pods,
            NamedServers servers,
            HostNames names) {
        nodes.forEach(this::node);
        NodeNames nodeNames = new NodeNames(calicoNodes);
        calicoNodes.forEach(node -> {
            String name = nodeNames.inKubernetes(node.at("/metadata/name").asText());
            hosts.put(name, CalicoHost.of(node, name, addresses(name)));
        });
        this.nodes = addresses.entrySet().stream()
                .flatMap(node -> node.getValue().stream().map(address -> new Remote(node.getKey(), address)))
                .toList();
        this.networkNodes =
                hosts.values().stream().flatMap(host -> host.remotes().stream()).toList();
        apiServerEndpoints.forEach(this::apiServers);
        pods.forEach(this::pod);
        if (apiServers.isEmpty()) {
            notes.add("where the API server is reached is not known, so whether it would be cut is not either");
        }
        servers.etcd().forEach(server -> reached(calicoEtcd, "etcd", server, names));
        servers.api().stream()
                .filter(server -> names.addresses(server.host()).isEmpty()
                        || !apiServers.stream()
                                .map(Remote::address)
                                .toList()
                                .containsAll(names.addresses(server.host())))
                .forEach(server -> reached(apiServersElsewhere, "the API server", server, names));
    }

    /** Whether there is a node of this name. */
    boolean isNode(String name) {
        return addresses.containsKey(name);
    }

    List<Cidr> addresses(String node) {
        return addresses.getOrDefault(node, List.of());
    }

    List<Cidr> networkAddresses(String node) {
        CalicoHost host = hosts.get(node);
        return host == null ? List.of() : host.addresses();
    }

    /** The nodes as Calico knows them. */
    List<CalicoHost> hosts() {
        return List.copyOf(hosts.values());
    }

    List<Remote> nodes() {
        return nodes;
    }

    List<Remote> networkNodes() {
        return networkNodes;
    }

    List<Remote> apiServers() {
        return apiServers;
    }

    /** Where it is reached besides its own addresses, such as by a load balancer. */
    List<Reached> apiServersElsewhere() {
        return apiServersElsewhere;
    }

    int apiServerPort() {
        return apiServerPort;
    }

    int kubeletPort(String node) {
        return kubelets.getOrDefault(node, KUBELET);
    }

    boolean runsApiServer(Cidr address) {
        return apiServers.stream().anyMatch(server -> server.address().equals(address));
    }

    Set<String> etcds() {
        return etcds;
    }

    Set<String> typhas() {
        return typhas;
    }

    int typhaPort() {
        return typhaPort;
    }

    /** The etcd Calico keeps its resources in. */
    List<Reached> calicoEtcd() {
        return calicoEtcd;
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    private void node(JsonNode node) {
        String name = node.at("/metadata/name").asText();
        addresses.put(name, HostNames.addresses(node, "InternalIP"));
        int port = node.at("/status/daemonEndpoints/kubeletEndpoint/Port").asInt();
        if (port > 0) {
            kubelets.put(name, port);
        }
    }

    private void apiServers(JsonNode endpoints) {
        Json.elements(endpoints.get("subsets")).forEach(subset -> {
            ApiServerPorts.ports(subset).stream().findFirst().ifPresent(port -> apiServerPort = port);
            ApiServerPorts.addresses(subset).forEach(address -> apiServers.add(new Remote(nameOf(address), address)));
        });
    }

    private void pod(JsonNode pod) {
        String node = Json.text(pod.get("spec"), "nodeName");
        JsonNode labels = pod.at("/metadata/labels");
        if (node.isEmpty() || !pod.at("/spec/hostNetwork").asBoolean()) {
            return;
        }
        probes(node, pod);
        if (Json.text(labels, "component").equals("etcd")) {
            etcds.add(node);
        }
        if (Json.text(labels, "k8s-app").equals("calico-typha")) {
            typhas.add(node);
            Json.elements(pod.at("/spec/containers"))
                    .flatMap(container -> Json.elements(container.get("ports")))
                    .filter(port -> Json.text(port, "name").equals("calico-typha"))
                    .map(port -> port.path("containerPort").asInt())
                    .filter(port -> port > 0)
                    .findFirst()
                    .ifPresent(port -> typhaPort = port);
        }
    }

    /** What kubelet asks of a pod that has the node's network; without a host, at the node's first address. */
    private void probes(String node, JsonNode pod) {
        String name = pod.at("/metadata/name").asText();
        Json.elements(pod.at("/spec/containers"))
                .forEach(container -> Stream.of("livenessProbe", "readinessProbe", "startupProbe")
                        .map(container::path)
                        .flatMap(probe -> Stream.of(probe.path("httpGet"), probe.path("tcpSocket")))
                        .filter(JsonNode::isObject)
                        .forEach(asked -> {
                            String host = Json.text(asked, "host");
                            int port = port(container, asked.path("port"));
                            Optional<Cidr> address = host.isEmpty()
                                    ? addresses(node).stream().findFirst()
                                    : Cidr.read(host.equals("localhost") ? "127.0.0.1" : host);
                            if (port > 0 && address.isPresent() && isOwn(node, address.get())) {
                                probes.computeIfAbsent(node, any -> new LinkedHashSet<>())
                                        .add(new Probe("probe of pod " + name, "kubelet", address.get(), port));
                            }
                        }));
    }

    private static int port(JsonNode container, JsonNode port) {
        return port.isNumber()
                ? port.asInt()
                : Json.elements(container.get("ports"))
                        .filter(named -> Json.text(named, "name").equals(port.asText()))
                        .map(named -> named.path("containerPort").asInt())
                        .findFirst()
                        .orElse(0);
    }

    private boolean isOwn(String node, Cidr address) {
        return address.base().toString().startsWith("127.") || addresses(node).contains(address);
    }

    /** What a node asks of itself: at least what calico-node's probes ask of Felix, and what is served on its loopback. */
    List<Probe> probes(String node) {
        List<Probe> all = new ArrayList<>();
        all.add(new Probe("probe of calico-node", "calico-node", LOOPBACK, FELIX_HEALTH));
        if (etcds.contains(node)) {
            all.add(new Probe("probe of etcd", "kubelet", LOOPBACK, ETCD_METRICS));
            all.add(new Probe("etcd on its own node", "the API server", LOOPBACK, ETCD));
        }
        apiServersElsewhere.stream()
                .flatMap(reached -> reached.addresses().stream()
                        .map(Remote::address)
                        .filter(address -> address.base().toString().startsWith("127."))
                        .map(address -> new Probe(
                                "API server by the node's own load balancer", ITSELF, address, reached.port())))
                .forEach(all::add);
        all.addAll(probes.getOrDefault(node, Set.of()));
        return all.stream().distinct().toList();
    }

    private void reached(List<Reached> servers, String what, Server server, HostNames names) {
        List<Cidr> found = names.addresses(server.host());
        if (!found.isEmpty()) {
            servers.add(new Reached(
                    found.stream()
                            .map(address -> new Remote(nameOf(address), address))
                            .toList(),
                    server.port()));
        }
        String note = names.note(server.host());
        if (!note.isEmpty()) {
            notes.add(what + " at " + note);
        }
    }

    private String nameOf(Cidr address) {
        return addresses.entrySet().stream()
                .filter(node -> node.getValue().contains(address))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(address.toString());
    }
}
