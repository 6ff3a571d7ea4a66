package io.calicofleet.executor.core.lockout;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.lockout.Need.Remote;
import io.calicofleet.model.Json;
import io.calicofleet.model.address.Cidr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A node as Calico knows it.
 *
 * @param node its name in Kubernetes
 * @param name its name in Calico, which in etcd may be another
 * @param labels its labels
 * @param addresses what it speaks BGP and wraps packets from
 * @param cluster its cluster id, where it is a route reflector; else empty
 */
record CalicoHost(String node, String name, Map<String, String> labels, List<Cidr> addresses, String cluster) {

    CalicoHost {
        requireNonNull(node, "node");
        requireNonNull(name, "name");
        requireNonNull(cluster, "cluster");
        labels = Map.copyOf(labels);
        addresses = List.copyOf(addresses);
    }

    /**
     * From Calico's resource.
     *
     * @param node its name in Kubernetes
     * @param internal the node's addresses for Kubernetes; they are taken where Calico says none, as without its networking
     */
    static CalicoHost of(JsonNode object, String node, List<Cidr> internal) {
        Map<String, String> labels = new HashMap<>();
        object.at("/metadata/labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        JsonNode bgp = object.at("/spec/bgp");
        List<Cidr> own = Stream.of("ipv4Address", "ipv6Address")
                .map(field -> Json.text(bgp, field).split("/", 2)[0])
                .flatMap(text -> Cidr.read(text).stream())
                .toList();
        return new CalicoHost(
                node,
                object.at("/metadata/name").asText(),
                labels,
                own.isEmpty() ? internal : own,
                Json.text(bgp, "routeReflectorClusterID"));
    }

    List<Remote> remotes() {
        return addresses.stream().map(address -> new Remote(node, address)).toList();
    }
}
