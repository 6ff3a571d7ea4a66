package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.Json;
import io.calicofleet.executor.core.lockout.Need.Remote;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Who runs what in a cluster, by the Endpoints of the API server, by pods, and by the environment of calico-node. */
public final class NodeRoles {

    private static final int KUBELET = 10250;
    private static final List<String> CALICO_ADDRESSES =
            List.of("projectcalico.org/IPv4Address", "projectcalico.org/IPv6Address");

    /** One server of etcd, as a list for it is one end of a need. */
    record EtcdServer(List<Remote> server, int port) {
        EtcdServer {
            server = List.copyOf(server);
        }
    }

    private final Map<String, List<Net>> addresses = new LinkedHashMap<>();
    private final Map<String, List<Net>> networkAddresses = new HashMap<>();
    private final Map<String, Integer> kubelets = new HashMap<>();
    private final List<Remote> apiServers = new ArrayList<>();
    private final List<EtcdServer> calicoEtcd = new ArrayList<>();
    private final Set<String> etcds = new TreeSet<>();
    private final Set<String> typhas = new TreeSet<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Remote> nodes;
    private final List<Remote> networkNodes;
    private int apiServerPort = 6443;

    /**
     * Who runs what.
     *
     * @param nodes all Nodes
     * @param apiServerEndpoints the Endpoints {@code default/kubernetes}; none where they could not be read
     * @param pods at least those of the control plane and of Typha
     * @param environment that of calico-node
     */
    public NodeRoles(
            Collection<? extends JsonNode> nodes,
            Collection<? extends JsonNode> apiServerEndpoints,
            Collection<? extends JsonNode> pods,
            Map<String, String> environment) {
        nodes.forEach(this::node);
        this.nodes = remotes(addresses);
        this.networkNodes = remotes(networkAddresses);
        apiServerEndpoints.forEach(this::apiServers);
        pods.forEach(this::pod);
        calicoEtcd(environment.getOrDefault("ETCD_ENDPOINTS", ""));
        if (apiServers.isEmpty()) {
            notes.add("where the API server is reached is not known, so whether it would be cut is not either");
        }
    }

    List<Net> addresses(String node) {
        return addresses.getOrDefault(node, List.of());
    }

    List<Net> networkAddresses(String node) {
        return networkAddresses.getOrDefault(node, List.of());
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

    int apiServerPort() {
        return apiServerPort;
    }

    int kubeletPort(String node) {
        return kubelets.getOrDefault(node, KUBELET);
    }

    boolean runsApiServer(Net address) {
        return apiServers.stream().anyMatch(server -> server.address().equals(address));
    }

    Set<String> etcds() {
        return etcds;
    }

    Set<String> typhas() {
        return typhas;
    }

    /** The etcd Calico keeps its resources in. */
    List<EtcdServer> calicoEtcd() {
        return calicoEtcd;
    }

    List<String> notes() {
        return notes;
    }

    private void node(JsonNode node) {
        String name = node.at("/metadata/name").asText();
        List<Net> internal = Json.elements(node.at("/status/addresses"))
                .filter(address -> Json.text(address, "type").equals("InternalIP"))
                .flatMap(address -> Net.parse(Json.text(address, "address")).stream())
                .toList();
        List<Net> calico = CALICO_ADDRESSES.stream()
                .map(key -> Json.text(node.at("/metadata/annotations"), key).split("/", 2)[0])
                .flatMap(address -> Net.parse(address).stream())
                .toList();
        addresses.put(name, internal);
        networkAddresses.put(name, calico.isEmpty() ? internal : calico);
        int port = node.at("/status/daemonEndpoints/kubeletEndpoint/Port").asInt();
        if (port > 0) {
            kubelets.put(name, port);
        }
    }

    private void apiServers(JsonNode endpoints) {
        Json.elements(endpoints.get("subsets")).forEach(subset -> {
            Json.elements(subset.get("ports"))
                    .map(port -> port.path("port").asInt())
                    .filter(port -> port > 0)
                    .findFirst()
                    .ifPresent(port -> apiServerPort = port);
            Stream.concat(Json.elements(subset.get("addresses")), Json.elements(subset.get("notReadyAddresses")))
                    .flatMap(address -> Net.parse(Json.text(address, "ip")).stream())
                    .forEach(address -> apiServers.add(new Remote(nameOf(address), address)));
        });
    }

    private void pod(JsonNode pod) {
        String node = Json.text(pod.get("spec"), "nodeName");
        JsonNode labels = pod.at("/metadata/labels");
        if (node.isEmpty() || !pod.at("/spec/hostNetwork").asBoolean()) {
            return;
        }
        if (Json.text(labels, "component").equals("etcd")) {
            etcds.add(node);
        }
        if (Json.text(labels, "k8s-app").equals("calico-typha")) {
            typhas.add(node);
        }
    }

    private void calicoEtcd(String endpoints) {
        for (String endpoint : endpoints.isBlank() ? new String[0] : endpoints.split(",", -1)) {
            String authority = endpoint.strip().replaceFirst("^https?://", "").replaceFirst("/.*$", "");
            String port = authority.substring(authority.lastIndexOf(':') + 1);
            Net.ofServer(authority)
                    .ifPresentOrElse(
                            address -> calicoEtcd.add(new EtcdServer(
                                    List.of(new Remote(nameOf(address), address)),
                                    port.matches("\\d{1,5}") ? Integer.parseInt(port) : 2379)),
                            () -> notes.add("whether the etcd " + authority
                                    + " would be cut is not known, for it is given by its name"));
        }
    }

    private String nameOf(Net address) {
        return addresses.entrySet().stream()
                .filter(node -> node.getValue().contains(address))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(address.toString());
    }

    private static List<Remote> remotes(Map<String, List<Net>> addresses) {
        return addresses.entrySet().stream()
                .flatMap(node -> node.getValue().stream().map(address -> new Remote(node.getKey(), address)))
                .toList();
    }
}
