package io.calicofleet.executor.step.autohostendpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Datastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.NodeNames;
import io.calicofleet.executor.core.observe.NetworkFacts;
import io.calicofleet.executor.core.observe.Networks;
import io.calicofleet.executor.core.policy.AutoHostEndpoints;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.NodeLabels;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What replacing the host endpoints of all interfaces by automatic ones comes to, worked out before the first write. Nodes
 * go by their names in Kubernetes.
 *
 * <p>In etcd Calico has nodes of its own: the automatic host endpoints are made of those, hosts that are no
 * nodes of Kubernetes included, and their labels are the ones people gave them there and those kube-controllers brings from
 * the node of Kubernetes, which win.
 */
final class AutoHostEndpointPlan {

    private final boolean inEtcd;
    private final List<ObjectNode> endpoints;
    private final List<ObjectNode> calicoNodes;
    private final NodeNames names;
    private final Map<String, ObjectNode> nodes = new TreeMap<>();
    private final Map<String, List<ObjectNode>> old = new TreeMap<>();

    AutoHostEndpointPlan(ClusterApi cluster, CalicoDatastore calico) {
        inEtcd = calico.datastore() == Datastore.ETCD;
        endpoints = calico.list(CalicoKind.HOST_ENDPOINT);
        calicoNodes = inEtcd ? calico.list(CalicoKind.NODE) : List.of();
        names = new NodeNames(calicoNodes);
        cluster.list(Kinds.CORE, "Node").forEach(node -> nodes.put(Objects.name(node), node));
        endpoints.stream()
                .filter(endpoint -> HostEndpoints.fact(endpoint).needsProtection())
                .sorted(Comparator.comparing(Objects::name))
                .forEach(endpoint -> old.computeIfAbsent(
                                names.inKubernetes(Json.text(endpoint.get("spec"), "node")), node -> new ArrayList<>())
                        .add(endpoint));
    }

    /** The host endpoints to replace, by node, the one that is in force there first. */
    Map<String, List<ObjectNode>> old() {
        return old;
    }

    NodeNames names() {
        return names;
    }

    /** What stands against it, a line each; kube-controllers aside. */
    List<String> obstacles() {
        List<String> obstacles = new ArrayList<>();
        old.forEach((name, theirs) -> {
            ObjectNode node = nodes.get(name);
            if (node == null) {
                theirs.forEach(endpoint -> obstacles.add(
                        "HostEndpoint " + Objects.name(endpoint) + " is for a node that is not there: " + name));
                return;
            }
            Map<String, String> present = labelsNow(name, node);
            AutoHostEndpoints.labelsToCopy(theirs.getFirst()).forEach((key, value) -> {
                String other = present.get(key);
                if (other != null && !other.equals(value)) {
                    obstacles.add("label " + key + " is " + value + " on HostEndpoint "
                            + Objects.name(theirs.getFirst()) + " and " + other + " on its node " + name
                            + (NodeLabels.of(node).containsKey(key) ? "" : ", as etcd has it"));
                }
            });
        });
        if (inEtcd) {
            nodes.keySet().stream()
                    .filter(name -> inEtcd(name).isEmpty())
                    .forEach(name -> obstacles.add("no Node in etcd refers to Node " + name
                            + " (spec.orchRefs, which calico-node writes when it starts there), so that it would get no"
                            + " automatic host endpoint with its labels"));
        }
        return obstacles;
    }

    /** By node, what the host endpoint that is in force there, the first by name, has for labels. */
    Map<String, Map<String, String>> labels() {
        Map<String, Map<String, String>> labels = new TreeMap<>();
        old.forEach((node, theirs) -> labels.put(node, AutoHostEndpoints.labelsToCopy(theirs.getFirst())));
        return labels;
    }

    /** A line for each of these BGP peers and IP pools that would select other nodes for the labels they get. */
    List<String> nodeSelectorChanges(List<ObjectNode> resources) {
        Map<String, Map<String, String>> before = new TreeMap<>();
        Map<String, Map<String, String>> after = new TreeMap<>();
        labels().forEach((name, copied) -> {
            ObjectNode node = nodes.get(name);
            if (node != null) {
                Map<String, String> labels = labelsNow(name, node);
                before.put(name, Map.copyOf(labels));
                labels.putAll(copied);
                after.put(name, labels);
            }
        });
        return AutoHostEndpoints.nodeSelectorChanges(resources, before, after);
    }

    /** The host endpoints there will be, given those there are. */
    List<ObjectNode> afterwards(List<ObjectNode> now) {
        List<ObjectNode> after = new ArrayList<>(now.stream()
                .filter(endpoint ->
                        !HostEndpoints.fact(endpoint).needsProtection() && !AutoHostEndpoints.isAutomatic(endpoint))
                .toList());
        after.addAll(automatic());
        return after;
    }

    /** What kube-controllers will make: one for every node, those without an old one too. */
    private List<ObjectNode> automatic() {
        Map<String, List<String>> addresses = Networks.nodeAddresses(nodes.values());
        Map<String, Map<String, String>> copied = labels();
        List<ObjectNode> automatic = new ArrayList<>();
        nodes.forEach((name, node) -> {
            Map<String, String> labels = new TreeMap<>(labelsNow(name, node));
            labels.putAll(copied.getOrDefault(name, Map.of()));
            automatic.add(AutoHostEndpoints.of(name, labels, addresses.getOrDefault(name, List.of())));
        });
        calicoNodes.stream()
                .filter(host -> NodeNames.kubernetesNode(host).isEmpty() && !nodes.containsKey(Objects.name(host)))
                .forEach(host -> automatic.add(AutoHostEndpoints.of(
                        Objects.name(host), NodeLabels.of(host), NetworkFacts.calicoAddresses(host))));
        return automatic;
    }

    private Map<String, String> labelsNow(String name, ObjectNode node) {
        Map<String, String> labels = new TreeMap<>();
        inEtcd(name).ifPresent(own -> labels.putAll(NodeLabels.of(own)));
        labels.putAll(NodeLabels.of(node));
        return labels;
    }

    /** The node in etcd that refers to this one. */
    private Optional<ObjectNode> inEtcd(String name) {
        return calicoNodes.stream()
                .filter(node ->
                        NodeNames.kubernetesNode(node).filter(name::equals).isPresent())
                .findFirst();
    }

    /** The nodes whose automatic host endpoint is not there yet with every label they have. */
    List<String> missing(List<ObjectNode> present, List<ObjectNode> nodesNow) {
        Map<String, List<ObjectNode>> byNode = new TreeMap<>();
        for (ObjectNode endpoint : present) {
            if (AutoHostEndpoints.isAutomatic(endpoint)) {
                byNode.computeIfAbsent(nodeOf(endpoint), node -> new ArrayList<>())
                        .add(endpoint);
            }
        }
        return nodesNow.stream()
                .filter(node -> {
                    String name = names.inCalico(Objects.name(node));
                    return !AutoHostEndpoints.isThere(byNode.getOrDefault(name, List.of()), name, NodeLabels.of(node));
                })
                .map(Objects::name)
                .sorted()
                .toList();
    }

    private static String nodeOf(JsonNode endpoint) {
        return Json.text(endpoint.get("spec"), "node");
    }
}
