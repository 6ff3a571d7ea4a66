package io.calicofleet.executor.core.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The addresses that traffic is told by. */
public final class Networks {

    private static final Set<String> ADDRESS_TYPES = Set.of("InternalIP", "ExternalIP");

    /** What calico-node writes on its node: BGP addresses with prefix length, and tunnel addresses. */
    private static final List<String> ANNOTATIONS = List.of(
            "projectcalico.org/IPv4Address",
            "projectcalico.org/IPv6Address",
            "projectcalico.org/IPv4IPIPTunnelAddr",
            "projectcalico.org/IPv4VXLANTunnelAddr",
            "projectcalico.org/IPv6VXLANTunnelAddr",
            "projectcalico.org/IPv4WireguardInterfaceAddr",
            "projectcalico.org/IPv6WireguardInterfaceAddr");

    private Networks() {}

    /** The addresses of each node: what Kubernetes knows and what Calico wrote into its annotations. */
    public static Map<String, List<String>> nodeAddresses(Collection<? extends JsonNode> nodes) {
        Map<String, List<String>> byNode = new TreeMap<>();
        for (JsonNode node : nodes) {
            Set<String> addresses = new TreeSet<>();
            Json.elements(node.path("status").get("addresses"))
                    .filter(address -> ADDRESS_TYPES.contains(Json.text(address, "type")))
                    .forEach(address -> addresses.add(Json.text(address, "address")));
            JsonNode annotations = node.path("metadata").path("annotations");
            ANNOTATIONS.stream()
                    .map(name -> Json.text(annotations, name).split("/", 2)[0])
                    .filter(address -> !address.isEmpty())
                    .forEach(addresses::add);
            byNode.put(node.path("metadata").path("name").asText(), List.copyOf(addresses));
        }
        return byNode;
    }

    /** The CIDRs of the IP pools that are not disabled. */
    public static List<String> podNetworks(Collection<? extends JsonNode> ipPools) {
        return ipPools.stream()
                .filter(pool -> !pool.path("spec").path("disabled").asBoolean())
                .map(pool -> Json.text(pool.path("spec"), "cidr"))
                .filter(cidr -> !cidr.isEmpty())
                .sorted()
                .toList();
    }
}
