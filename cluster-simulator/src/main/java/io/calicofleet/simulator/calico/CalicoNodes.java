package io.calicofleet.simulator.calico;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.calico.datastore.CalicoResources;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Labels;
import io.calicofleet.simulator.kubernetes.controller.Kube;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The nodes as Calico knows them: on the Kubernetes datastore they are Kubernetes' own; in etcd they are resources, which
 * kube-controllers keeps in step with the nodes of Kubernetes they refer to.
 */
final class CalicoNodes {

    /** On a node in etcd: the labels that were brought there, so that those people gave it are told from them. */
    private static final String BROUGHT = "projectcalico.org/kube-labels";

    private static final List<String> ANNOTATIONS = List.of(
            "projectcalico.org/IPv4Address",
            "projectcalico.org/IPv4IPIPTunnelAddr",
            "projectcalico.org/IPv4VXLANTunnelAddr",
            "projectcalico.org/IPv4WireguardInterfaceAddr");

    private CalicoNodes() {}

    /** A node: its labels, and the addresses of its automatic host endpoint. */
    record CalicoNode(String name, Map<String, String> labels, Set<String> addresses) {}

    static List<CalicoNode> ofKubernetes(Kube kube) {
        List<CalicoNode> nodes = new ArrayList<>();
        for (ObjectNode node : kube.list(Kube.NODES, "")) {
            Set<String> addresses = new LinkedHashSet<>();
            ANNOTATIONS.forEach(key -> add(
                    addresses,
                    Json.at(node, "metadata", "annotations", key).asText("").split("/", 2)[0]));
            addInternal(addresses, node.path("status").path("addresses"));
            nodes.add(new CalicoNode(Json.text(node, "metadata", "name"), Kube.labels(node), addresses));
        }
        return nodes;
    }

    static List<CalicoNode> inEtcd(CalicoResources resources) {
        List<CalicoNode> nodes = new ArrayList<>();
        for (ObjectNode node : resources.list("Node")) {
            JsonNode spec = node.path("spec");
            Set<String> addresses = new LinkedHashSet<>();
            add(addresses, spec.path("bgp").path("ipv4Address").asText("").split("/", 2)[0]);
            add(addresses, spec.path("bgp").path("ipv6Address").asText("").split("/", 2)[0]);
            add(addresses, spec.path("bgp").path("ipv4IPIPTunnelAddr").asText(""));
            add(addresses, spec.path("ipv4VXLANTunnelAddr").asText(""));
            add(addresses, spec.path("wireguard").path("interfaceIPv4Address").asText(""));
            addInternal(addresses, spec.path("addresses"));
            nodes.add(new CalicoNode(Json.text(node, "metadata", "name"), Labels.ofObject(node), addresses));
        }
        return nodes;
    }

    /** Deletes nodes in etcd whose node of Kubernetes is gone; those that refer to none stay. */
    static void deleteStale(CalicoResources resources, Kube kube) {
        for (ObjectNode node : resources.list("Node")) {
            String reference = reference(node);
            if (!reference.isEmpty() && kube.get(Kube.NODES, new ObjectKey("", reference)) == null) {
                resources.delete("Node", Json.text(node, "metadata", "name"));
            }
        }
    }

    /** Brings the labels of Kubernetes' nodes to those in etcd, and takes back what it brought and is gone there. */
    static void syncLabels(CalicoResources resources, Kube kube) {
        for (ObjectNode node : resources.list("Node")) {
            ObjectNode kubernetes = kube.get(Kube.NODES, new ObjectKey("", reference(node)));
            if (kubernetes == null) {
                continue;
            }
            Map<String, String> wanted = Kube.labels(kubernetes);
            Map<String, String> labels = new LinkedHashMap<>(Labels.ofObject(node));
            String brought = Json.text(node, "metadata", "annotations", BROUGHT);
            if (!brought.isEmpty()) {
                Labels.of(Json.parse(brought)).keySet().stream()
                        .filter(key -> !wanted.containsKey(key))
                        .forEach(labels::remove);
            }
            labels.putAll(wanted);
            if (!labels.equals(Labels.ofObject(node))) {
                resources.change("Node", Json.text(node, "metadata", "name"), changed -> {
                    ObjectNode metadata = Json.child(changed, "metadata");
                    metadata.set("labels", json(labels));
                    Json.child(metadata, "annotations")
                            .put(BROUGHT, json(wanted).toString());
                    return changed;
                });
            }
        }
    }

    /** The node of Kubernetes a node in etcd is; empty where it is none. */
    private static String reference(JsonNode node) {
        for (JsonNode reference : node.path("spec").path("orchRefs")) {
            if (reference.path("orchestrator").asText().equals("k8s")) {
                return reference.path("nodeName").asText("");
            }
        }
        return "";
    }

    private static ObjectNode json(Map<String, String> labels) {
        ObjectNode json = Json.object();
        labels.forEach(json::put);
        return json;
    }

    private static void addInternal(Set<String> addresses, JsonNode all) {
        for (JsonNode address : all) {
            if (address.path("type").asText().equals("InternalIP")) {
                add(addresses, address.path("address").asText(""));
            }
        }
    }

    private static void add(Set<String> addresses, String address) {
        if (!address.isEmpty()) {
            addresses.add(address);
        }
    }
}
