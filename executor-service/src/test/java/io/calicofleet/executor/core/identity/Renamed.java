package io.calicofleet.executor.core.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An install under other names and in another namespace, written as kustomize writes it: told by the field a name stands
 * in, and by nothing of the code under test.
 */
final class Renamed {

    private static final Set<String> CLUSTER = Set.of("ClusterRole", "ClusterRoleBinding");
    private static final Set<String> NAMESPACED = Set.of(
            "ConfigMap",
            "Secret",
            "ServiceAccount",
            "Service",
            "DaemonSet",
            "Deployment",
            "PodDisruptionBudget",
            "Job");

    private final Map<String, String> names = new HashMap<>();
    private final String from;
    private final String to;

    private Renamed(String from, String to) {
        this.from = from;
        this.to = to;
    }

    /** As the release's documents say, but for prefix, suffix and the hash that ends the names of ConfigMaps and Secrets. */
    static Renamed of(ManifestDocuments release, String namespace, String before, String after, String hash) {
        Renamed renamed = new Renamed("kube-system", namespace);
        release.keys().forEach(key -> {
            if (CLUSTER.contains(key.kind()) || NAMESPACED.contains(key.kind())) {
                boolean hashed = key.kind().equals("ConfigMap") || key.kind().equals("Secret");
                // calico-node asks for this one by its name.
                boolean byHeart =
                        key.kind().equals("ServiceAccount") && key.name().equals("calico-cni-plugin");
                renamed.names.put(
                        key.kind() + " " + key.name(),
                        byHeart ? key.name() : before + key.name() + after + (hashed ? hash : ""));
            }
        });
        return renamed;
    }

    Renamed back() {
        Renamed back = new Renamed(to, from);
        names.forEach((name, other) -> {
            String kind = name.substring(0, name.indexOf(' '));
            back.names.put(kind + " " + other, name.substring(name.indexOf(' ') + 1));
        });
        return back;
    }

    ManifestDocuments all(Collection<? extends ObjectNode> objects) {
        List<ObjectNode> renamed = new ArrayList<>();
        objects.forEach(object -> renamed.add(one(object)));
        return ManifestDocuments.of(renamed);
    }

    ObjectNode one(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        String kind = copy.path("kind").asText();
        if (CLUSTER.contains(kind) || NAMESPACED.contains(kind)) {
            put(copy.path("metadata"), "name", kind);
            put(copy.path("roleRef"), "name", copy.at("/roleRef/kind").asText());
            copy.path("subjects")
                    .forEach(
                            subject -> put(subject, "name", subject.path("kind").asText()));
            put(copy.path("data"), "typha_service_name", "Service");
            copy.path("rules").forEach(this::rule);
            walk(copy.at("/spec/template/spec"));
            namespaces(copy);
        }
        return copy;
    }

    private void rule(JsonNode rule) {
        if (rule.path("resources").toString().contains("serviceaccounts/token") && rule.has("resourceNames")) {
            List<String> written = new ArrayList<>();
            rule.path("resourceNames").forEach(name -> written.add(name("ServiceAccount", name.asText())));
            var list = ((ObjectNode) rule).putArray("resourceNames");
            written.forEach(list::add);
        }
    }

    private void walk(JsonNode node) {
        put(node, "serviceAccountName", "ServiceAccount");
        put(node, "serviceAccount", "ServiceAccount");
        put(node.path("configMapKeyRef"), "name", "ConfigMap");
        put(node.path("secretKeyRef"), "name", "Secret");
        put(node.path("configMap"), "name", "ConfigMap");
        put(node.path("secret"), "secretName", "Secret");
        if (node.path("name").asText().equals("FELIX_TYPHAK8SSERVICENAME")) {
            put(node, "value", "Service");
        }
        node.forEach(this::walk);
    }

    private void namespaces(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.path("namespace").asText().equals(from)) {
            object.set("namespace", TextNode.valueOf(to));
        }
        node.forEach(this::namespaces);
    }

    private void put(JsonNode parent, String field, String kind) {
        if (parent instanceof ObjectNode object && object.path(field).isTextual()) {
            object.put(field, name(kind, object.path(field).asText()));
        }
    }

    private String name(String kind, String name) {
        return Optional.ofNullable(names.get(kind + " " + name)).orElse(name);
    }
}
