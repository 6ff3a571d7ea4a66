package io.calicofleet.simulator.kubernetes.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.Problem;
import io.calicofleet.simulator.kubernetes.resource.TypeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a structural schema does to custom objects: pruning, defaulting, a light validation, merge rules. */
public final class CrdSchema {

    private static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";

    private CrdSchema() {}

    /** Removes fields the schema does not name; apiVersion, kind and metadata stay. Returns their paths. */
    public static List<String> prune(ObjectNode object, JsonNode schema) {
        List<String> pruned = new ArrayList<>();
        for (String name : names(object)) {
            if (List.of("apiVersion", "kind", "metadata").contains(name)) {
                continue;
            }
            JsonNode property = schema.path("properties").path(name);
            if (property.isMissingNode()) {
                if (!schema.path(PRESERVE).asBoolean()) {
                    object.remove(name);
                    pruned.add(name);
                }
            } else {
                prune(object.get(name), property, name, pruned);
            }
        }
        return pruned;
    }

    private static List<String> names(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void prune(JsonNode value, JsonNode schema, String path, List<String> pruned) {
        if (value instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                prune(list.get(i), schema.path("items"), path + "[" + i + "]", pruned);
            }
        } else if (value instanceof ObjectNode object) {
            JsonNode additional = schema.path("additionalProperties");
            boolean open = schema.path(PRESERVE).asBoolean() || additional.asBoolean();
            for (String name : names(object)) {
                JsonNode property = schema.path("properties").path(name);
                if (!property.isMissingNode()) {
                    prune(object.get(name), property, path + "." + name, pruned);
                } else if (additional.isObject()) {
                    prune(object.get(name), additional, path + "." + name, pruned);
                } else if (!open) {
                    object.remove(name);
                    pruned.add(path + "." + name);
                }
            }
        }
    }

    /** Sets the schema's defaults where fields are missing. */
    public static void defaults(JsonNode value, JsonNode schema) {
        if (value instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> property :
                    schema.path("properties").properties()) {
                JsonNode standard = property.getValue().get("default");
                if (standard != null && !object.has(property.getKey())) {
                    object.set(property.getKey(), standard.deepCopy());
                }
                defaults(object.path(property.getKey()), property.getValue());
            }
            JsonNode additional = schema.path("additionalProperties");
            if (additional.isObject()) {
                object.forEach(each -> defaults(each, additional));
            }
        } else if (value instanceof ArrayNode list) {
            list.forEach(item -> defaults(item, schema.path("items")));
        }
    }

    /** Types, required fields, enums, numeric bounds and patterns. */
    public static List<Problem> validate(JsonNode object, JsonNode schema) {
        List<Problem> problems = new ArrayList<>();
        for (String name : List.of("spec", "status")) {
            if (object.has(name)) {
                validate(object.path(name), schema.path("properties").path(name), name, problems);
            } else {
                for (JsonNode required : schema.path("required")) {
                    if (required.asText().equals(name)) {
                        problems.add(Problem.required(name, ""));
                    }
                }
            }
        }
        return problems;
    }

    private static void validate(JsonNode value, JsonNode schema, String path, List<Problem> problems) {
        if (value.isNull() && schema.path("nullable").asBoolean()) {
            return;
        }
        String type = schema.path("type").asText("");
        if (!type.isEmpty() && !schema.path("x-kubernetes-int-or-string").asBoolean() && !isOf(value, type)) {
            problems.add(Problem.invalid(
                    path,
                    "\"" + value.getNodeType().toString().toLowerCase(java.util.Locale.ROOT) + "\"",
                    path + " in body must be of type " + type + ": \"" + value.asText() + "\""));
            return;
        }
        scalar(value, schema, path, problems);
        if (value.isObject()) {
            for (JsonNode required : schema.path("required")) {
                if (!value.has(required.asText())) {
                    problems.add(Problem.required(path + "." + required.asText(), ""));
                }
            }
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                JsonNode property = schema.path("properties").path(field.getKey());
                JsonNode of = property.isMissingNode() ? schema.path("additionalProperties") : property;
                validate(field.getValue(), of, path + "." + field.getKey(), problems);
            }
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                validate(value.get(i), schema.path("items"), path + "[" + i + "]", problems);
            }
        }
    }

    private static void scalar(JsonNode value, JsonNode schema, String path, List<Problem> problems) {
        JsonNode allowed = schema.path("enum");
        if (allowed.isArray()) {
            List<String> texts = new ArrayList<>();
            boolean there = false;
            for (JsonNode each : allowed) {
                texts.add("\"" + each.asText() + "\"");
                there |= Json.same(each, value);
            }
            if (!there) {
                problems.add(new Problem(
                        "FieldValueNotSupported",
                        path,
                        "Unsupported value: \"" + value.asText() + "\": supported values: "
                                + String.join(", ", texts)));
            }
        }
        if (value.isNumber()) {
            if (schema.has("minimum")
                    && value.asDouble() < schema.get("minimum").asDouble()) {
                problems.add(Problem.invalid(
                        path, value, path + " in body should be greater than or equal to " + schema.get("minimum")));
            }
            if (schema.has("maximum")
                    && value.asDouble() > schema.get("maximum").asDouble()) {
                problems.add(Problem.invalid(
                        path, value, path + " in body should be less than or equal to " + schema.get("maximum")));
            }
        }
        if (value.isTextual() && schema.has("pattern")) {
            String pattern = schema.get("pattern").asText();
            if (!java.util.regex.Pattern.compile(pattern)
                    .matcher(value.asText())
                    .find()) {
                problems.add(Problem.invalid(
                        path, "\"" + value.asText() + "\"", path + " in body should match '" + pattern + "'"));
            }
        }
    }

    private static boolean isOf(JsonNode value, String type) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber() || (value.isNumber() && value.asDouble() % 1 == 0);
            case "number" -> value.isNumber();
            default -> true;
        };
    }

    /** The schema's merge rules: x-kubernetes-list-type, -list-map-keys and -map-type. */
    public static TypeInfo typeInfo(JsonNode schema) {
        TypeInfo root = info(schema);
        root.define("metadata", io.calicofleet.simulator.kubernetes.resource.TypeCatalog.ofKind("ObjectMeta"));
        return root;
    }

    private static TypeInfo info(JsonNode schema) {
        boolean atomicMap = schema.path("x-kubernetes-map-type").asText().equals("atomic");
        String list = schema.path("x-kubernetes-list-type").asText("");
        List<String> keys = new ArrayList<>();
        schema.path("x-kubernetes-list-map-keys").forEach(key -> keys.add(key.asText()));
        TypeInfo.Shape shape = switch (list) {
            case "map" -> TypeInfo.Shape.KEYED_LIST;
            case "set" -> TypeInfo.Shape.SET;
            case "atomic" -> TypeInfo.Shape.ATOMIC;
            default -> atomicMap ? TypeInfo.Shape.ATOMIC : TypeInfo.Shape.GRANULAR;
        };
        JsonNode below = schema.has("items") ? schema.get("items") : schema.path("additionalProperties");
        TypeInfo info = new TypeInfo(
                shape, below.isObject() ? info(below) : null, keys, List.of(), false, schema.get("default"));
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            info.define(property.getKey(), info(property.getValue()));
        }
        return info;
    }
}
