package io.calicofleet.simulator.kubernetes.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.validation.Names;
import io.calicofleet.simulator.kubernetes.validation.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a CRD must be to be stored, as the API server's validation has it: above all what preserveUnknownFields, schemas
 * and defaults demand of each other.
 */
public final class CrdRules {

    private static final String PRESERVE = "spec.preserveUnknownFields";
    private static final String APPROVED = "api-approved.kubernetes.io";

    private CrdRules() {}

    /**
     * What is wrong with a CRD.
     *
     * @param crd as it would be stored
     * @param old as it is stored; null when it is created
     * @param v1 whether it is written as apiextensions.k8s.io/v1
     * @param minor the n of Kubernetes 1.n
     */
    public static List<Problem> problems(JsonNode crd, @Nullable JsonNode old, boolean v1, int minor) {
        List<Problem> problems = new ArrayList<>();
        JsonNode spec = crd.path("spec");
        JsonNode oldSpec = old == null ? spec.path("none") : old.path("spec");
        boolean preserve = spec.path("preserveUnknownFields").asBoolean();
        boolean preserved = oldSpec.path("preserveUnknownFields").asBoolean();
        if (old == null) {
            names(crd, spec, problems);
        } else {
            update(old, spec, minor, problems);
        }
        shortNames(spec, problems);
        if (v1 && preserve && !preserved) {
            problems.add(Problem.invalid(
                    PRESERVE,
                    BooleanNode.TRUE,
                    (minor >= 29
                                    ? "cannot set to true, set x-kubernetes-preserve-unknown-fields"
                                    : "cannot set to true, set x-preserve-unknown-fields")
                            + " to true in spec.versions[*].schema instead"));
        }
        boolean defaults = hasDefaults(spec);
        if (defaults && preserve && (v1 || hasDefaults(oldSpec))) {
            problems.add(Problem.invalid(
                    PRESERVE, BooleanNode.TRUE, "must be false in order to use defaults in the schema"));
        }
        if (defaults && !v1 && !hasDefaults(oldSpec)) {
            problems.add(Problem.forbidden(
                    "spec.validation.openAPIV3Schema", "must not be set: default is not allowed in v1beta1"));
        }
        schemas(spec, oldSpec, v1, minor, problems);
        storage(spec, minor, problems);
        CrdVersionRules.check(spec, v1, problems);
        if (old == null) {
            stored(crd, problems);
        }
        return problems;
    }

    private static void names(JsonNode crd, JsonNode spec, List<Problem> problems) {
        String name = crd.path("metadata").path("name").asText();
        String wanted = spec.path("names").path("plural").asText() + "."
                + spec.path("group").asText();
        if (!name.isEmpty() && !name.equals(wanted)) {
            problems.add(Problem.invalid("metadata.name", name, "must be spec.names.plural+\".\"+spec.group"));
        }
        for (String field : List.of("plural", "singular", "kind", "listKind")) {
            named(spec.path("names").path(field), "spec.names." + field, problems);
        }
        String group = spec.path("group").asText("");
        if (group.isEmpty()) {
            problems.add(Problem.required("spec.group", ""));
        } else if (group.indexOf('.') < 0) {
            problems.add(Problem.invalid("spec.group", group, "should be a domain with at least one dot"));
        }
        JsonNode kind = spec.path("names").path("kind");
        if (!kind.asText("").isEmpty() && kind.equals(spec.path("names").path("listKind"))) {
            problems.add(Problem.invalid("spec.names.listKind", kind, "kind and listKind may not be the same"));
        }
        protectedGroup(crd, group, problems);
    }

    private static void shortNames(JsonNode spec, List<Problem> problems) {
        for (String list : List.of("shortNames", "categories")) {
            JsonNode all = spec.path("names").path(list);
            for (int i = 0; i < all.size(); i++) {
                JsonNode each = all.get(i);
                String at = "spec.names." + list + "[" + i + "]";
                Names.dns1035(each.asText()).forEach(why -> problems.add(Problem.invalid(at, each, why)));
            }
        }
    }

    /** Kinds may have capitals. */
    private static void named(JsonNode given, String at, List<Problem> problems) {
        String text = given.asText("");
        boolean kind = at.toLowerCase(Locale.ROOT).endsWith("kind");
        if (text.isEmpty()) {
            problems.add(Problem.required(at, ""));
            return;
        }
        Names.dns1035(kind ? text.toLowerCase(Locale.ROOT) : text)
                .forEach(why -> problems.add(Problem.invalid(
                        at, text, kind ? "may have mixed case, but should otherwise match: " + why : why)));
    }

    /** Groups of the Kubernetes project are for what the project has approved. */
    private static void protectedGroup(JsonNode crd, String group, List<Problem> problems) {
        boolean kubernetes = List.of("k8s.io", "kubernetes.io").stream()
                .anyMatch(each -> group.equals(each) || group.endsWith("." + each));
        String approval = Json.text(crd, "metadata", "annotations", APPROVED);
        String field = "metadata.annotations[" + APPROVED + "]";
        String see = ", see https://github.com/kubernetes/enhancements/pull/1111";
        if (kubernetes && approval.isEmpty()) {
            problems.add(Problem.required(
                    field, "protected groups must have approval annotation \"" + APPROVED + "\"" + see));
        } else if (kubernetes && !approval.startsWith("http") && !approval.startsWith("unapproved")) {
            problems.add(Problem.invalid(
                    field,
                    approval,
                    "protected groups must have approval annotation \"" + APPROVED
                            + "\" with either a URL or a reason starting with \"unapproved\"" + see));
        }
    }

    /** What a new definition begins with: its one version that is stored. */
    private static void stored(JsonNode crd, List<Problem> problems) {
        List<String> names = new ArrayList<>();
        for (JsonNode version : crd.path("spec").path("versions")) {
            if (version.path("storage").asBoolean()) {
                names.add(version.path("name").asText());
            }
        }
        JsonNode now = crd.path("status").path("storedVersions");
        if (names.isEmpty()) {
            problems.add(Problem.invalid("status.storedVersions", now, "must have at least one stored version"));
        } else if (names.size() > 1) {
            problems.add(Problem.invalid(
                    "status.storedVersions", now, "must have the storage version " + names.get(names.size() - 1)));
        }
    }

    /** What others rely on does not change once the definition is established; a version that is stored stays. */
    private static void update(JsonNode old, JsonNode spec, int minor, List<Problem> problems) {
        JsonNode oldSpec = old.path("spec");
        boolean established = false;
        for (JsonNode condition : old.path("status").path("conditions")) {
            established |= condition.path("type").asText().equals("Established")
                    && condition.path("status").asText().equals("True");
        }
        List<List<String>> fixed = new ArrayList<>(List.of(List.of("group"), List.of("names", "plural")));
        if (established) {
            fixed.addAll(List.of(List.of("scope"), List.of("names", "kind")));
        }
        for (List<String> path : fixed) {
            String[] fields = path.toArray(String[]::new);
            JsonNode now = Json.at(spec, fields);
            if (!now.equals(Json.at(oldSpec, fields))) {
                problems.add(Problem.invalid("spec." + String.join(".", path), now, "field is immutable"));
            }
        }
        for (JsonNode stored : old.path("status").path("storedVersions")) {
            boolean kept = spec.path("versions")
                    .valueStream()
                    .anyMatch(version -> version.path("name").equals(stored));
            if (!kept) {
                String version = stored.asText();
                problems.add(Problem.invalid(
                        "status.storedVersions[0]",
                        stored,
                        minor < 33
                                ? "must appear in spec.versions"
                                : "missing from spec.versions; " + version
                                        + " was previously a storage version, and must remain in spec.versions until a"
                                        + " storage migration ensures no data remains persisted in " + version
                                        + " and removes " + version + " from status.storedVersions"));
            }
        }
    }

    private static void schemas(JsonNode spec, JsonNode oldSpec, boolean v1, int minor, List<Problem> problems) {
        boolean mustHaveSchema = v1 && (oldSpec.isMissingNode() || haveSchemas(oldSpec));
        boolean preserve = spec.path("preserveUnknownFields").asBoolean();
        for (int i = 0; i < spec.path("versions").size(); i++) {
            JsonNode version = spec.path("versions").get(i);
            String path = "spec.versions[" + i + "].schema.openAPIV3Schema";
            if (!hasSchema(version)) {
                if (mustHaveSchema) {
                    problems.add(Problem.required(path, minor >= Problem.SHOWS_JSON ? "" : "schemas are required"));
                } else if (!preserve) {
                    problems.add(Problem.required(path, "because otherwise all fields are pruned"));
                }
            } else if (!Json.same(
                    version.path("schema"), oldSpec.path("versions").path(i).path("schema"))) {
                String place = StructuralSchema.place(spec.path("versions"), i);
                if (i == 0 || place.equals(path)) {
                    problems.addAll(StructuralSchema.check(
                            version.path("schema").path("openAPIV3Schema"), place, v1 || !preserve, minor));
                }
            }
        }
    }

    /** Versions as a server has them: what they have in common is the definition's. */
    private static JsonNode shown(JsonNode spec, int minor) {
        JsonNode versions = spec.path("versions");
        boolean common = versions.valueStream()
                .allMatch(version -> version.path("schema")
                                .equals(versions.path(0).path("schema"))
                        && version.path("subresources").equals(versions.path(0).path("subresources")));
        if (minor < Problem.SHOWS_JSON || !common) {
            return versions;
        }
        ArrayNode shown = Json.array();
        for (JsonNode version : versions) {
            ObjectNode each = shown.addObject().set("Name", version.path("name"));
            for (String flag : List.of("Served", "Storage", "Deprecated")) {
                each.put(flag, version.path(flag.toLowerCase(Locale.ROOT)).asBoolean());
            }
            for (String field : List.of(
                    "DeprecationWarning", "Schema", "Subresources", "AdditionalPrinterColumns", "SelectableFields")) {
                each.putNull(field);
            }
        }
        return shown;
    }

    private static void storage(JsonNode spec, int minor, List<Problem> problems) {
        int storage = 0;
        Set<String> names = new HashSet<>();
        for (JsonNode version : spec.path("versions")) {
            storage += version.path("storage").asBoolean() ? 1 : 0;
            if (!names.add(version.path("name").asText())) {
                problems.add(Problem.invalid("spec.versions", shown(spec, minor), "must contain unique version names"));
            }
        }
        if (storage != 1) {
            problems.add(Problem.invalid(
                    "spec.versions", shown(spec, minor), "must have exactly one version marked as storage version"));
        }
        JsonNode scope = spec.path("scope");
        if (scope.asText("").isEmpty()) {
            problems.add(Problem.required("spec.scope", ""));
        } else if (!scope.asText().equals("Cluster") && !scope.asText().equals("Namespaced")) {
            problems.add(Problem.notSupported("spec.scope", scope, List.of("Cluster", "Namespaced")));
        }
    }

    private static boolean haveSchemas(JsonNode spec) {
        for (JsonNode version : spec.path("versions")) {
            if (!hasSchema(version)) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasSchema(JsonNode version) {
        return version.path("schema").path("openAPIV3Schema").isObject();
    }

    private static boolean hasDefaults(JsonNode spec) {
        for (JsonNode version : spec.path("versions")) {
            if (schemaHasDefault(version.path("schema").path("openAPIV3Schema"))) {
                return true;
            }
        }
        return false;
    }

    private static boolean schemaHasDefault(JsonNode schema) {
        if (schema.has("default")) {
            return true;
        }
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            if (schemaHasDefault(property.getValue())) {
                return true;
            }
        }
        return (schema.path("items").isObject() && schemaHasDefault(schema.path("items")))
                || (schema.path("additionalProperties").isObject()
                        && schemaHasDefault(schema.path("additionalProperties")));
    }
}
