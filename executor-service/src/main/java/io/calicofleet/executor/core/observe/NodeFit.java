package io.calicofleet.executor.core.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Which nodes a DaemonSet wants a pod on, as its controller decides it. */
final class NodeFit {

    /** Taints the DaemonSet controller lets its pods tolerate. */
    private static final Set<String> TOLERATED_BY_CONTROLLER = Set.of(
            "node.kubernetes.io/not-ready",
            "node.kubernetes.io/unreachable",
            "node.kubernetes.io/disk-pressure",
            "node.kubernetes.io/memory-pressure",
            "node.kubernetes.io/pid-pressure",
            "node.kubernetes.io/unschedulable");

    private static final String NETWORK_UNAVAILABLE = "node.kubernetes.io/network-unavailable";

    private NodeFit() {}

    /** Whether a pod of this template belongs on the node: node selector, required affinity, taints. */
    static boolean fits(JsonNode podSpec, JsonNode node) {
        JsonNode labels = node.path("metadata").path("labels");
        boolean selected = podSpec.path("nodeSelector").properties().stream()
                .allMatch(wanted -> wanted.getValue()
                        .asText()
                        .equals(labels.path(wanted.getKey()).asText(null)));
        return selected && isAttractedBy(podSpec, node) && toleratesAll(podSpec, node);
    }

    private static boolean isAttractedBy(JsonNode podSpec, JsonNode node) {
        JsonNode terms =
                podSpec.at("/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms");
        return !terms.isArray() || Json.elements(terms).anyMatch(term -> matches(term, node));
    }

    private static boolean matches(JsonNode term, JsonNode node) {
        JsonNode labels = node.path("metadata").path("labels");
        boolean byLabels = Json.elements(term.get("matchExpressions"))
                .allMatch(expression -> Expressions.matches(expression, labels));
        boolean byName = Json.elements(term.get("matchFields"))
                .allMatch(expression -> Expressions.matches(
                        expression,
                        Json.object()
                                .put(
                                        "metadata.name",
                                        node.path("metadata").path("name").asText())));
        boolean empty = !term.has("matchExpressions") && !term.has("matchFields");
        return !empty && byLabels && byName;
    }

    private static boolean toleratesAll(JsonNode podSpec, JsonNode node) {
        List<JsonNode> tolerations = Json.elements(podSpec.get("tolerations")).toList();
        boolean hostNetwork = podSpec.path("hostNetwork").asBoolean();
        Stream<JsonNode> repelling = Json.elements(node.path("spec").get("taints"))
                .filter(taint -> !Json.text(taint, "effect").equals("PreferNoSchedule"))
                .filter(taint -> !TOLERATED_BY_CONTROLLER.contains(Json.text(taint, "key")))
                .filter(taint -> !(hostNetwork && Json.text(taint, "key").equals(NETWORK_UNAVAILABLE)));
        return repelling.allMatch(taint -> tolerations.stream().anyMatch(toleration -> tolerates(toleration, taint)));
    }

    private static boolean tolerates(JsonNode toleration, JsonNode taint) {
        String effect = Json.text(toleration, "effect");
        String key = Json.text(toleration, "key");
        boolean exists = Json.text(toleration, "operator").equals("Exists");
        return (effect.isEmpty() || effect.equals(Json.text(taint, "effect")))
                && (key.isEmpty() ? exists : key.equals(Json.text(taint, "key")))
                && (exists || Json.text(toleration, "value").equals(Json.text(taint, "value")));
    }
}
