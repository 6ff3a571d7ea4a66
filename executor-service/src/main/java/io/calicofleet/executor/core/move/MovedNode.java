package io.calicofleet.executor.core.move;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A node of Calico as annotations of its node in Kubernetes (libcalico-go {@code lib/backend/k8s/resources/node.go}). Labels
 * and annotations of its own go into two of them; labels that kube-controllers copied from Kubernetes are there already.
 */
final class MovedNode {

    private static final String PREFIX = "projectcalico.org/";
    static final String LABELS = PREFIX + "labels";
    private static final String KUBE_LABELS = PREFIX + "kube-labels";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** By its place in the resource. */
    private static final Map<String, String> FIELDS = Map.ofEntries(
            Map.entry("/spec/bgp/ipv4Address", "IPv4Address"),
            Map.entry("/spec/bgp/ipv4IPIPTunnelAddr", "IPv4IPIPTunnelAddr"),
            Map.entry("/spec/bgp/ipv6Address", "IPv6Address"),
            Map.entry("/spec/bgp/asNumber", "ASNumber"),
            Map.entry("/spec/bgp/routeReflectorClusterID", "RouteReflectorClusterID"),
            Map.entry("/spec/ipv4VXLANTunnelAddr", "IPv4VXLANTunnelAddr"),
            Map.entry("/spec/vxlanTunnelMACAddr", "VXLANTunnelMACAddr"),
            Map.entry("/spec/ipv6VXLANTunnelAddr", "IPv6VXLANTunnelAddr"),
            Map.entry("/spec/vxlanTunnelMACAddrV6", "VXLANTunnelMACAddrV6"),
            Map.entry("/spec/wireguard/interfaceIPv4Address", "IPv4WireguardInterfaceAddr"),
            Map.entry("/spec/wireguard/interfaceIPv6Address", "IPv6WireguardInterfaceAddr"),
            Map.entry("/status/wireguardPublicKey", "WireguardPublicKey"),
            Map.entry("/status/wireguardPublicKeyV6", "WireguardPublicKeyV6"));

    /** What Kubernetes tells Calico itself. */
    private static final List<String> TOLD = List.of("/spec/orchRefs", "/spec/addresses", "/status/podCIDRs");

    /** Every annotation that a node may have of Calico's. */
    static final Set<String> ANNOTATIONS = annotations();

    private MovedNode() {}

    private static Set<String> annotations() {
        Set<String> names = new TreeSet<>(Set.of(LABELS, PREFIX + "annotations"));
        FIELDS.values().forEach(name -> names.add(PREFIX + name));
        return names;
    }

    /** The annotations of a node, all of {@link #ANNOTATIONS} that it has. */
    static Map<String, String> annotations(JsonNode node) {
        Map<String, String> annotations = new TreeMap<>();
        FIELDS.forEach((place, name) -> {
            String value = node.at(place).asText("");
            if (!value.isEmpty()) {
                annotations.put(PREFIX + name, value);
            }
        });
        JsonNode metadata = node.path("metadata");
        ObjectNode labels = copy(metadata.path("labels"));
        ObjectNode own = copy(metadata.path("annotations"));
        labels.remove(Json.names(parsed(Json.text(own, KUBE_LABELS))));
        own.remove(KUBE_LABELS);
        if (!labels.isEmpty()) {
            annotations.put(LABELS, labels.toString());
        }
        if (!own.isEmpty()) {
            annotations.put(PREFIX + "annotations", own.toString());
        }
        return annotations;
    }

    /** The labels of Calico's own that are in its annotation. */
    static Map<String, String> ownLabels(Map<String, String> annotations) {
        Map<String, String> labels = new TreeMap<>();
        parsed(annotations.getOrDefault(LABELS, ""))
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }

    /** Where it says what has no annotation. */
    static List<String> unknown(JsonNode node) {
        List<String> unknown = new ArrayList<>();
        for (String part : List.of("/spec", "/status")) {
            look(node.at(part), part, unknown);
        }
        return unknown;
    }

    private static void look(JsonNode value, String place, List<String> unknown) {
        value.properties().forEach(field -> {
            String here = place + "/" + field.getKey();
            if (FIELDS.containsKey(here)
                    || TOLD.contains(here)
                    || field.getValue().isNull()
                    || (field.getValue().isTextual()
                            && field.getValue().asText().isEmpty())) {
                return;
            }
            if (FIELDS.keySet().stream().anyMatch(known -> known.startsWith(here + "/"))) {
                look(field.getValue(), here, unknown);
            } else {
                unknown.add(here.substring(1).replace('/', '.'));
            }
        });
    }

    private static ObjectNode copy(JsonNode object) {
        return object instanceof ObjectNode node ? node.deepCopy() : Json.object();
    }

    private static JsonNode parsed(String labels) {
        try {
            return labels.isEmpty() ? Json.object() : MAPPER.readTree(labels);
        } catch (JsonProcessingException e) {
            return Json.object(); // then they all stay as labels of Calico's own, as Kubernetes has them too
        }
    }
}
