package io.calicofleet.executor.core.detect;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.PlatformFacts;
import io.calicofleet.executor.core.observe.NetworkFacts;
import io.calicofleet.model.Json;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what an upgrade depends on beside Calico itself. */
final class Platform {

    private static final String ADMIN_GROUP = "policy.networking.k8s.io/";

    private Platform() {}

    static PlatformFacts facts(ClusterSnapshot snapshot) {
        return new PlatformFacts(
                sorted(snapshot.all("Node")
                        .map(node -> node.at("/status/nodeInfo/kernelVersion").asText())
                        .filter(kernel -> !kernel.isBlank())),
                sorted(Stream.of("AdminNetworkPolicy", "BaselineAdminNetworkPolicy")
                        .flatMap(snapshot::all)
                        .filter(policy -> Json.text(policy, "apiVersion").startsWith(ADMIN_GROUP))
                        .map(ClusterSnapshot::name)),
                snapshot.all("Installation")
                        .anyMatch(installation ->
                                installation.at("/spec/nonPrivileged").asText().equalsIgnoreCase("Enabled")),
                iptablesBackend(snapshot).orElse(null),
                isBpf(snapshot),
                isVxlan(snapshot),
                isNftables(snapshot),
                hasApiServer(snapshot),
                snapshot.all("CustomResourceDefinition")
                        .anyMatch(definition ->
                                definition.at("/spec/group").asText().equals("gateway.networking.k8s.io")),
                sorted(snapshot.all("BGPConfiguration").flatMap(Platform::lists)),
                sorted(poolsWithoutMode(snapshot)));
    }

    /** The lists of objects that a resource sets. */
    private static Stream<String> lists(JsonNode resource) {
        return resource.path("spec").properties().stream()
                .filter(field -> Json.elements(field.getValue()).anyMatch(JsonNode::isObject))
                .map(field -> ClusterSnapshot.name(resource) + " " + field.getKey());
    }

    /** Those of the Installation: the operator takes them by their address range. */
    private static Stream<String> poolsWithoutMode(ClusterSnapshot snapshot) {
        Set<String> ranges = snapshot.all("Installation")
                .flatMap(installation -> Json.elements(installation.at("/spec/calicoNetwork/ipPools")))
                .map(pool -> pool.path("cidr").asText())
                .collect(Collectors.toSet());
        return snapshot.all("IPPool")
                .filter(pool -> ranges.contains(pool.at("/spec/cidr").asText()))
                .filter(pool -> pool.at("/spec/assignmentMode").asText().isEmpty())
                .map(ClusterSnapshot::name);
    }

    /** By the FelixConfigurations, the environment of calico-node, or the Installation. */
    static boolean isBpf(ClusterSnapshot snapshot) {
        return snapshot.all("FelixConfiguration")
                        .anyMatch(felix -> felix.at("/spec/bpfEnabled").asBoolean())
                || CalicoNode.find(snapshot)
                        .filter(node -> node.env("FELIX_BPFENABLED").equalsIgnoreCase("true"))
                        .isPresent()
                || hasDataplane(snapshot, "BPF");
    }

    private static boolean isVxlan(ClusterSnapshot snapshot) {
        return snapshot.all("IPPool")
                .map(pool -> pool.at("/spec/vxlanMode").asText())
                .anyMatch(mode -> !mode.isEmpty() && !mode.equals("Never"));
    }

    private static boolean isNftables(ClusterSnapshot snapshot) {
        return iptablesBackend(snapshot).filter("NFT"::equalsIgnoreCase).isPresent()
                || snapshot.all("FelixConfiguration")
                        .anyMatch(
                                felix -> felix.at("/spec/nftablesMode").asText().equals("Enabled"))
                || hasDataplane(snapshot, "Nftables");
    }

    private static boolean hasDataplane(ClusterSnapshot snapshot, String dataplane) {
        return snapshot.all("Installation")
                .anyMatch(installation -> installation
                        .at("/spec/calicoNetwork/linuxDataplane")
                        .asText()
                        .equalsIgnoreCase(dataplane));
    }

    /** Every API server registers services of its own: where none is seen, they could not be read. */
    private static @Nullable Boolean hasApiServer(ClusterSnapshot snapshot) {
        List<JsonNode> services = snapshot.all("APIService").toList();
        return services.isEmpty() ? null : NetworkFacts.aggregatedApi(services) != null;
    }

    /** The environment of calico-node wins over the FelixConfiguration. */
    private static Optional<String> iptablesBackend(ClusterSnapshot snapshot) {
        return CalicoNode.find(snapshot)
                .map(node -> node.env("FELIX_IPTABLESBACKEND"))
                .filter(backend -> !backend.isBlank())
                .or(() -> snapshot.all("FelixConfiguration")
                        .filter(configuration ->
                                configuration.at("/metadata/name").asText().equals("default"))
                        .map(configuration -> configuration.at("/spec/iptablesBackend"))
                        .filter(JsonNode::isTextual)
                        .map(JsonNode::asText)
                        .findFirst());
    }

    private static List<String> sorted(Stream<String> texts) {
        return texts.distinct().sorted().toList();
    }
}
