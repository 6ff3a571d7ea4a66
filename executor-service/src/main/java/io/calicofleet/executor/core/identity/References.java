package io.calicofleet.executor.core.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the objects of Calico's manifests name other objects. One list for both uses: to follow the names of an install,
 * and to write other ones into a release's documents.
 *
 * <p>Names in labels and selectors are none: they are what pods are found by, and stay as they are.
 */
final class References {

    static final String RBAC = "rbac.authorization.k8s.io";
    static final String TYPHA_SERVICE = "FELIX_TYPHAK8SSERVICENAME";
    static final String CNI_ACCOUNT = "CALICO_CNI_SERVICE_ACCOUNT";

    /** The key of Calico's ConfigMap from which the variable takes Typha's Service. */
    static final String TYPHA_KEY = "typha_service_name";

    /** What a rule with names is about, and the kind those names are of. */
    private static final Map<String, String> NAMED = Map.of(
            "serviceaccounts", "ServiceAccount",
            "serviceaccounts/token", "ServiceAccount",
            "configmaps", "ConfigMap",
            "secrets", "Secret",
            "services", "Service",
            "endpoints", "Service",
            "daemonsets", "DaemonSet",
            "deployments", "Deployment",
            "clusterroles", "ClusterRole");

    /** One place that names an object. */
    private record Place(String label, String kind, ObjectNode parent, String field) {

        ObjectKey names(String namespace) {
            return key(kind, namespace, parent.path(field).asText());
        }
    }

    private References() {}

    /** The key of an object of a kind that a manifest of Calico refers to. */
    static ObjectKey key(String kind, String namespace, String name) {
        return switch (kind) {
            case "ClusterRole", "ClusterRoleBinding" -> new ObjectKey(RBAC, kind, "", name);
            case "Role", "RoleBinding" -> new ObjectKey(RBAC, kind, namespace, name);
            case "DaemonSet", "Deployment" -> new ObjectKey("apps", kind, namespace, name);
            case "PodDisruptionBudget" -> new ObjectKey("policy", kind, namespace, name);
            default -> new ObjectKey("", kind, namespace, name);
        };
    }

    /** Tells each object that the pods of a workload name, with where they do: the same place has the same label. */
    static void follow(JsonNode workload, BiConsumer<String, ObjectKey> each) {
        ObjectNode copy = workload.deepCopy();
        String namespace = ObjectKey.of(copy).namespace();
        places(copy)
                .filter(place -> !place.names(namespace).name().isEmpty())
                .forEach(place -> each.accept(place.label(), place.names(namespace)));
    }

    /** Puts other names into an object: into itself, and wherever it names another. */
    static ObjectNode renamed(ObjectNode object, Map<ObjectKey, ObjectKey> names) {
        ObjectNode copy = object.deepCopy();
        ObjectKey key = ObjectKey.of(object);
        String namespace = key.namespace();
        places(copy).forEach(place -> write(place.parent(), place.field(), names.get(place.names(namespace))));
        Json.elements(copy.get("subjects"))
                .filter(subject -> Json.text(subject, "kind").equals("ServiceAccount"))
                .forEach(subject -> subject(subject, names));
        Json.elements(copy.get("rules")).forEach(rule -> rule(rule, names));
        if (key.kind().equals("ConfigMap") && copy.get("data") instanceof ObjectNode data) {
            write(data, TYPHA_KEY, names.get(key("Service", namespace, Json.text(data, TYPHA_KEY))));
        }
        ObjectKey here = names.get(key);
        if (here != null && copy.get("metadata") instanceof ObjectNode metadata) {
            metadata.put("name", here.name());
            if (!here.namespace().isEmpty()) {
                metadata.put("namespace", here.namespace());
            }
        }
        return copy;
    }

    private static void write(JsonNode parent, String field, @Nullable ObjectKey name) {
        if (name != null && parent instanceof ObjectNode object && object.has(field)) {
            object.put(field, name.name());
        }
    }

    private static void subject(JsonNode subject, Map<ObjectKey, ObjectKey> names) {
        ObjectKey here = names.get(key("ServiceAccount", Json.text(subject, "namespace"), Json.text(subject, "name")));
        if (here != null && subject instanceof ObjectNode object) {
            object.put("name", here.name());
            object.put("namespace", here.namespace());
        }
    }

    /** Roles say no namespace: a name is looked for among all of its kind, which a release has once. */
    private static void rule(JsonNode rule, Map<ObjectKey, ObjectKey> names) {
        for (String resource : Json.texts(rule.get("resources"))) {
            String kind = NAMED.get(resource);
            if (kind != null && rule instanceof ObjectNode object && rule.has("resourceNames")) {
                var written = Json.NODES.arrayNode();
                Json.texts(rule.get("resourceNames"))
                        .forEach(name -> written.add(names.entrySet().stream()
                                .filter(entry -> entry.getKey().kind().equals(kind)
                                        && entry.getKey().name().equals(name))
                                .map(entry -> entry.getValue().name())
                                .findFirst()
                                .orElse(name)));
                object.set("resourceNames", written);
                return;
            }
        }
    }

    private static Stream<Place> places(ObjectNode object) {
        JsonNode pod = Json.text(object, "kind").equals("Pod") ? object.path("spec") : object.at("/spec/template/spec");
        Stream<Place> ofPod = !(pod instanceof ObjectNode spec)
                ? Stream.of()
                : Stream.of(
                                Stream.of(
                                        new Place("account", "ServiceAccount", spec, "serviceAccountName"),
                                        new Place("account", "ServiceAccount", spec, "serviceAccount")),
                                Stream.of("initContainers", "containers")
                                        .flatMap(list -> Json.elements(spec.get(list)))
                                        .flatMap(References::ofContainer),
                                Json.elements(spec.get("volumes")).flatMap(References::ofVolume))
                        .flatMap(all -> all);
        return Stream.concat(ofPod, ofBinding(object));
    }

    private static Stream<Place> ofBinding(ObjectNode object) {
        return object.get("roleRef") instanceof ObjectNode role
                ? Stream.of(new Place("role", Json.text(role, "kind"), role, "name"))
                : Stream.of();
    }

    private static Stream<Place> ofContainer(JsonNode container) {
        String name = Json.text(container, "name");
        Stream<Place> variables = Json.elements(container.get("env")).flatMap(entry -> ofVariable(name, entry));
        Stream<Place> whole = Json.elements(container.get("envFrom"))
                .flatMap(from -> Stream.of(
                        of("all of " + name + " from a ConfigMap", "ConfigMap", from.path("configMapRef"), "name"),
                        of("all of " + name + " from a Secret", "Secret", from.path("secretRef"), "name")))
                .flatMap(all -> all);
        return Stream.concat(variables, whole);
    }

    private static Stream<Place> ofVariable(String container, JsonNode entry) {
        String variable = Json.text(entry, "name");
        String label = container + " " + variable;
        JsonNode from = entry.path("valueFrom");
        Stream<Place> value = switch (variable) {
            case TYPHA_SERVICE -> of(label, "Service", entry, "value");
            case CNI_ACCOUNT -> of(label, "ServiceAccount", entry, "value");
            default -> Stream.of();
        };
        return Stream.of(
                        value,
                        of(label, "ConfigMap", from.path("configMapKeyRef"), "name"),
                        of(label, "Secret", from.path("secretKeyRef"), "name"))
                .flatMap(all -> all);
    }

    private static Stream<Place> ofVolume(JsonNode volume) {
        String label = "volume " + Json.text(volume, "name");
        Stream<JsonNode> sources = Stream.concat(Stream.of(volume), Json.elements(volume.at("/projected/sources")));
        return sources.flatMap(source -> Stream.of(
                        of(label, "ConfigMap", source.path("configMap"), "name"),
                        of(
                                label,
                                "Secret",
                                source.path("secret"),
                                source.path("secret").has("secretName") ? "secretName" : "name"))
                .flatMap(all -> all));
    }

    private static Stream<Place> of(String label, String kind, JsonNode parent, String field) {
        return parent instanceof ObjectNode object && object.has(field)
                ? Stream.of(new Place(label, kind, object, field))
                : Stream.of();
    }
}
