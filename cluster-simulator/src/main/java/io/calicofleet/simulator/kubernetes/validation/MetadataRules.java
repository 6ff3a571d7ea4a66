package io.calicofleet.simulator.kubernetes.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Labels;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of every object's metadata. */
final class MetadataRules {

    /** From here on the place in the list is told (apimachinery/pkg/api/validation/objectmeta.go). */
    private static final int PLACES_OWNERS = 37;
    /** From here on a Service may begin with a digit (RelaxedServiceNameValidation). */
    private static final int RELAXED_SERVICES = 36;

    private static final int ANNOTATIONS_LIMIT = 262_144;
    private static final Set<String> STANDARD_FINALIZERS = Set.of("kubernetes", "orphan", "foregroundDeletion");
    /** Their names are path segments; whatever is in them. */
    private static final Set<String> FREE_NAMES = Set.of(
            "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "APIService", "Event", "PodDisruptionBudget");

    private MetadataRules() {}

    /** What is wrong with the metadata of an object; old is null when it is created. */
    static void check(ResourceType type, JsonNode object, @Nullable JsonNode old, int minor, List<Problem> problems) {
        JsonNode metadata = object.path("metadata");
        name(type, metadata, minor, problems);
        labels(metadata.path("labels"), "metadata.labels", minor, problems);
        annotations(metadata.path("annotations"), "metadata.annotations", minor, problems);
        owners(metadata.path("ownerReferences"), minor, problems);
        for (int i = 0; i < metadata.path("finalizers").size(); i++) {
            String finalizer = metadata.path("finalizers").get(i).asText();
            List<String> wrong = Names.qualified(finalizer, minor);
            wrong.forEach(why -> problems.add(Problem.invalid("metadata.finalizers", finalizer, why)));
            boolean custom = type.crd() != null;
            if (!custom && finalizer.indexOf('/') < 0 && !STANDARD_FINALIZERS.contains(finalizer)) {
                problems.add(Problem.invalid(
                        "metadata.finalizers[" + i + "]",
                        finalizer,
                        "name is neither a standard finalizer name nor is it fully qualified"));
            }
        }
        Set<String> held = new HashSet<>();
        metadata.path("finalizers").forEach(each -> held.add(each.asText()));
        if (held.contains("orphan") && held.contains("foregroundDeletion")) {
            problems.add(Problem.invalid(
                    "metadata.finalizers",
                    metadata.path("finalizers"),
                    "finalizer orphan and foregroundDeletion cannot be both set"));
        }
        if (old != null) {
            update(metadata, old.path("metadata"), problems);
        }
    }

    private static void name(ResourceType type, JsonNode metadata, int minor, List<Problem> problems) {
        String prefix = metadata.path("generateName").asText("");
        if (!prefix.isEmpty()) {
            String whole = prefix.length() > 1 && prefix.endsWith("-")
                    ? prefix.substring(0, prefix.length() - 2) + "a" // as Kubernetes masks it
                    : prefix;
            wrong(type, whole, minor)
                    .forEach(why -> problems.add(Problem.invalid("metadata.generateName", prefix, why)));
        }
        String name = metadata.path("name").asText("");
        if (name.isEmpty()) {
            problems.add(Problem.required("metadata.name", "name or generateName is required"));
            return;
        }
        wrong(type, name, minor).forEach(why -> problems.add(Problem.invalid("metadata.name", name, why)));
    }

    private static List<String> wrong(ResourceType type, String name, int minor) {
        if (type.crd() == null && FREE_NAMES.contains(type.kind())) {
            return Names.pathSegment(name);
        }
        return switch (type.crd() == null ? type.kind() : "") {
            case "Namespace" -> Names.label(name, minor);
            case "StatefulSet" -> minor >= 27 ? Names.label(name, minor) : Names.subdomain(name);
            case "Service" -> minor >= RELAXED_SERVICES ? Names.label(name, minor) : Names.dns1035(name);
            default -> Names.subdomain(name);
        };
    }

    static void labels(JsonNode labels, String path, int minor, List<Problem> problems) {
        Labels.of(labels).forEach((key, value) -> {
            Names.qualified(key, minor).forEach(why -> problems.add(Problem.invalid(path, key, why)));
            Names.labelValue(value, minor).forEach(why -> problems.add(Problem.invalid(path, value, why)));
        });
    }

    static void annotations(JsonNode annotations, String path, int minor, List<Problem> problems) {
        long size = 0;
        for (Map.Entry<String, String> e : Labels.of(annotations).entrySet()) {
            Names.qualified(e.getKey().toLowerCase(java.util.Locale.ROOT), minor)
                    .forEach(why -> problems.add(Problem.invalid(path, e.getKey(), why)));
            size += e.getKey().length() + e.getValue().length();
        }
        if (size > ANNOTATIONS_LIMIT) {
            problems.add(Problem.tooLong(path, ANNOTATIONS_LIMIT, minor));
        }
    }

    private static void owners(JsonNode owners, int minor, List<Problem> problems) {
        String path = "metadata.ownerReferences";
        Set<JsonNode> controllers = new LinkedHashSet<>();
        for (int i = 0; i < owners.size(); i++) {
            JsonNode owner = owners.get(i);
            owner(owner, minor < PLACES_OWNERS ? path : path + "[" + i + "]", minor, problems);
            if (owner.path("controller").asBoolean()) {
                controllers.add(owner);
            }
        }
        List<String> named = controllers.stream()
                .map(owner -> Json.text(owner, "kind") + "/" + Json.text(owner, "name"))
                .toList();
        named.stream()
                .skip(1)
                .forEach(other -> problems.add(Problem.invalid(
                        path,
                        owners,
                        "Only one reference can have Controller set to true. Found \"true\" in references for "
                                + named.get(0) + " and " + other)));
    }

    private static void owner(JsonNode owner, String path, int minor, List<Problem> problems) {
        for (String field : List.of("apiVersion", "kind", "name", "uid")) {
            String text = Json.text(owner, field);
            boolean version = field.equals("apiVersion");
            boolean noVersion = version && text.indexOf('/') != text.lastIndexOf('/');
            if (minor >= PLACES_OWNERS && text.isEmpty()) {
                problems.add(Problem.required(path + "." + field, "must not be empty"));
            } else if (text.isEmpty() || noVersion) {
                String why = (version ? "version " : minor < Names.CONTENT ? field + " " : "") + "must not be empty";
                problems.add(Problem.invalid(
                        path + "." + field,
                        text,
                        minor >= PLACES_OWNERS ? "must be <group>/<version> or <version>" : why));
            }
        }
        if (Json.text(owner, "apiVersion").equals("v1")
                && Json.text(owner, "kind").equals("Event")) {
            problems.add(Problem.invalid(path, owner, "/v1, Kind=Event is disallowed from being an owner"));
        }
    }

    private static void update(JsonNode metadata, JsonNode old, List<Problem> problems) {
        if (old.has("deletionTimestamp")) {
            Set<String> there = new HashSet<>();
            old.path("finalizers").forEach(each -> there.add(each.asText()));
            List<String> added = new ArrayList<>();
            metadata.path("finalizers").forEach(each -> {
                if (!there.contains(each.asText())) {
                    added.add(Json.text(each.asText()).toString());
                }
            });
            if (!added.isEmpty()) {
                problems.add(Problem.forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found new finalizers []string{"
                                + String.join(", ", added) + "}"));
            }
        }
    }
}
