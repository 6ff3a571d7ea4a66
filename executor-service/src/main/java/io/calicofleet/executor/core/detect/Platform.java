package io.calicofleet.executor.core.detect;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.PlatformFacts;
import io.calicofleet.model.Json;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads what an upgrade depends on beside Calico itself (facts 5). */
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
                iptablesBackend(snapshot).orElse(null));
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
