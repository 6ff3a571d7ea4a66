package io.calicofleet.executor.core.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.lockout.NetworkSetup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How the network of a cluster is set up by Calico's resources, as it is or as a change would have it. */
final class CalicoNetwork {

    private final List<JsonNode> felix;
    private final List<JsonNode> bgp;
    private final List<JsonNode> peers;
    private final List<JsonNode> pools;
    private final List<JsonNode> nodes;

    private CalicoNetwork(
            List<JsonNode> felix,
            List<JsonNode> bgp,
            List<JsonNode> peers,
            List<JsonNode> pools,
            List<JsonNode> nodes) {
        this.felix = felix;
        this.bgp = bgp;
        this.peers = peers;
        this.pools = pools;
        this.nodes = nodes;
    }

    /** As it is. */
    static CalicoNetwork of(ClusterSnapshot snapshot) {
        return new CalicoNetwork(
                of(snapshot, CalicoKind.FELIX_CONFIGURATION),
                of(snapshot, CalicoKind.BGP_CONFIGURATION),
                of(snapshot, CalicoKind.BGP_PEER),
                of(snapshot, CalicoKind.IP_POOL),
                of(snapshot, CalicoKind.NODE));
    }

    /** Kubernetes has Nodes as well, and the operator of Calico what it calls IPPools in an Installation only. */
    private static List<JsonNode> of(ClusterSnapshot snapshot, CalicoKind kind) {
        return snapshot.all(kind.kind())
                .filter(object -> object.path("apiVersion").asText().contains(CalicoKind.GROUP + "/"))
                .toList();
    }

    /** As it will be. */
    CalicoNetwork with(List<ChangedResource> resources) {
        return new CalicoNetwork(
                with(felix, CalicoKind.FELIX_CONFIGURATION, resources),
                with(bgp, CalicoKind.BGP_CONFIGURATION, resources),
                peers,
                with(pools, CalicoKind.IP_POOL, resources),
                nodes);
    }

    private static List<JsonNode> with(List<JsonNode> objects, CalicoKind kind, List<ChangedResource> resources) {
        List<JsonNode> changed = new ArrayList<>(objects);
        for (ChangedResource resource : resources) {
            if (resource.kind().equals(kind.kind())) {
                JsonNode now = changed.stream()
                        .filter(object -> ChangedResource.named(object).equals(resource.name()))
                        .findFirst()
                        .orElse(null);
                changed.remove(now);
                changed.add(now == null ? resource.created() : resource.changed((ObjectNode) now));
            }
        }
        return changed;
    }

    List<JsonNode> felixConfigurations() {
        return felix;
    }

    List<JsonNode> bgpConfigurations() {
        return bgp;
    }

    /** All IPPools. */
    List<JsonNode> pools() {
        return pools;
    }

    /** The spec of FelixConfiguration default; missing where there is none. */
    JsonNode felix() {
        return spec(felix, ChangedResource.DEFAULT);
    }

    /** The spec of BGPConfiguration default; missing where there is none. */
    JsonNode bgp() {
        return spec(bgp, ChangedResource.DEFAULT);
    }

    /** The spec of what changes, as it is here. */
    JsonNode spec(ChangedResource resource) {
        return spec(
                switch (resource.calicos().orElseThrow()) {
                    case FELIX_CONFIGURATION -> felix;
                    case BGP_CONFIGURATION -> bgp;
                    default -> pools;
                },
                resource.name());
    }

    private static JsonNode spec(List<JsonNode> objects, String name) {
        return objects.stream()
                .filter(object -> ChangedResource.named(object).equals(name))
                .findFirst()
                .map(object -> object.path("spec"))
                .orElse(MissingNode.getInstance());
    }

    /** The labels of each node, by its name for Calico. */
    Map<String, Map<String, String>> nodeLabels() {
        Map<String, Map<String, String>> labels = new HashMap<>();
        for (JsonNode node : nodes) {
            Map<String, String> own = new HashMap<>();
            node.at("/metadata/labels")
                    .properties()
                    .forEach(label -> own.put(label.getKey(), label.getValue().asText()));
            labels.put(ChangedResource.named(node), own);
        }
        return labels;
    }

    /** The nodes that speak BGP with nobody, neither by the mesh nor by a BGPPeer. */
    List<String> nodesAlone() {
        return NetworkSetup.withoutPeers(
                nodes, Stream.concat(bgp.stream(), peers.stream()).toList());
    }

    /** That nodes which have a field in a resource of their own keep it; none where no node does. */
    static List<String> own(List<JsonNode> configurations, String field) {
        List<String> own = configurations.stream()
                .filter(object -> !ChangedResource.named(object).equals(ChangedResource.DEFAULT)
                        && object.path("spec").has(field))
                .map(object -> object.path("kind").asText() + " " + ChangedResource.named(object))
                .sorted()
                .toList();
        return own.isEmpty()
                ? List.of()
                : List.of("nodes that have it in a "
                        + configurations.getFirst().path("kind").asText() + " of their own keep that: "
                        + String.join(", ", own));
    }
}
