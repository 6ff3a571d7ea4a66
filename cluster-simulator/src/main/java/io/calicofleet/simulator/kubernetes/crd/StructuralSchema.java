package io.calicofleet.simulator.kubernetes.crd;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.validation.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What a schema must be: every value has a type, what contradicts the conventions of the API is not used, and defaults fit
 * the schema they stand in.
 */
final class StructuralSchema {

    /** What is wrong with a default is told as by the oldest servers. */
    private static final int OLD_CAUSES = 0;

    private static final List<String> TYPES = List.of("array", "boolean", "integer", "number", "object", "string");
    private static final Set<String> LIST_TYPES = Set.of("atomic", "map", "set");
    private static final List<String> COMBINATORS = List.of("allOf", "anyOf", "oneOf");

    /** The one list of alternatives that may name types. */
    private static final JsonNode INT_OR_STRING = Json.parse("[{\"type\":\"integer\"},{\"type\":\"string\"}]");

    private final List<Problem> problems = new ArrayList<>();
    private final boolean structural;

    private StructuralSchema(boolean structural) {
        this.structural = structural;
    }

    /**
     * What is wrong with a schema.
     *
     * @param path where it is
     * @param structural whether every value must have a type, as with apiextensions.k8s.io/v1
     */
    static List<Problem> check(JsonNode schema, String path, boolean structural) {
        StructuralSchema check = new StructuralSchema(structural);
        check.node(schema, path, "must not be empty at the root", true);
        Map.of("apiVersion", "string", "kind", "string", "metadata", "object").forEach((name, type) -> {
            JsonNode property = schema.path("properties").path(name);
            if (structural
                    && property.isObject()
                    && !property.path("type").asText("").equals(type)) {
                check.problems.add(Problem.invalid(
                        path + ".properties[" + name + "].type",
                        property.path("type").asText(""),
                        "must be " + type));
            }
        });
        check.metadata(schema.path("properties").path("metadata"), path + ".properties[metadata]");
        if (schema.path("nullable").asBoolean()) {
            check.problems.add(Problem.forbidden(path + ".nullable", "nullable cannot be true at the root"));
        }
        return check.problems;
    }

    private void node(JsonNode schema, String path, String untyped, boolean root) {
        type(schema, path, untyped, root);
        forbidden(schema, path);
        lists(schema, path);
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            node(
                    property.getValue(),
                    path + ".properties[" + property.getKey() + "]",
                    "must not be empty for specified object fields",
                    false);
        }
        JsonNode additional = schema.path("additionalProperties");
        if (additional.isObject()) {
            node(additional, path + ".additionalProperties", "must not be empty for specified object fields", false);
        }
        if (schema.path("items").isObject()) {
            node(schema.path("items"), path + ".items", "must not be empty for specified array items", false);
        }
        standard(schema, path);
    }

    /** What every object has is not described again, but for its name. */
    private void metadata(JsonNode schema, String path) {
        List<String> named = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(named::add);
        named.removeAll(List.of("name", "generateName"));
        if (structural && !named.isEmpty()) {
            problems.add(Problem.forbidden(
                    path,
                    "must not specify anything other than name and generateName, but metadata is implicitly"
                            + " specified"));
        }
    }

    private void type(JsonNode schema, String path, String untyped, boolean root) {
        String type = schema.path("type").asText("");
        boolean free = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                || schema.path("x-kubernetes-int-or-string").asBoolean();
        if (type.isEmpty()) {
            if (structural && !(free && !root)) {
                problems.add(Problem.required(path + ".type", untyped));
            }
        } else {
            if (root && structural && !type.equals("object")) {
                problems.add(Problem.invalid(path + ".type", type, "must be object at the root"));
            }
            if (!TYPES.contains(type)) {
                problems.add(Problem.notSupported(path + ".type", schema.path("type"), TYPES));
            }
        }
        if (structural && type.equals("array") && !schema.path("items").isObject()) {
            problems.add(Problem.required(path + ".items", "must be specified"));
        }
    }

    private void forbidden(JsonNode schema, String path) {
        JsonNode additional = schema.path("additionalProperties");
        if (additional.isBoolean() && !additional.asBoolean()) {
            problems.add(
                    Problem.forbidden(path + ".additionalProperties", "additionalProperties cannot be set to false"));
        } else if (additional.isObject() && !schema.path("properties").isEmpty()) {
            problems.add(Problem.forbidden(
                    path + ".additionalProperties", "additionalProperties and properties are mutual exclusive"));
        }
        if (schema.path("uniqueItems").asBoolean()) {
            problems.add(Problem.forbidden(
                    path + ".uniqueItems",
                    "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
        }
        if (schema.has("$ref")) {
            problems.add(Problem.forbidden(path + ".$ref", "$ref is not supported"));
        }
        for (String field : List.of("definitions", "dependencies", "patternProperties", "additionalItems", "id")) {
            if (schema.has(field)) {
                problems.add(Problem.forbidden(path + "." + field, field + " is not supported"));
            }
        }
        if (schema.path("items").isArray()) {
            problems.add(Problem.forbidden(path + ".items", "items must be a schema object and not an array"));
        }
        for (String combinator : COMBINATORS) {
            for (int i = 0; structural && i < schema.path(combinator).size(); i++) {
                JsonNode inner = schema.path(combinator).get(i);
                boolean intOrString = schema.path("x-kubernetes-int-or-string").asBoolean()
                        && schema.get(combinator).equals(INT_OR_STRING);
                for (String field : List.of("type", "default", "additionalProperties", "nullable", "description")) {
                    if (inner.has(field) && !(intOrString && field.equals("type"))) {
                        problems.add(Problem.forbidden(
                                path + "." + combinator + "[" + i + "]." + field, "must be empty to be structural"));
                    }
                }
            }
        }
        if (schema.has("pattern")) {
            try {
                var unused = Pattern.compile(schema.path("pattern").asText());
            } catch (PatternSyntaxException e) {
                problems.add(Problem.invalid(
                        path + ".pattern",
                        schema.path("pattern"),
                        "must be a valid regular expression, but isn't: " + e.getDescription()));
            }
        }
    }

    private void lists(JsonNode schema, String path) {
        String list = schema.path("x-kubernetes-list-type").asText("");
        JsonNode keys = schema.path("x-kubernetes-list-map-keys");
        if (!list.isEmpty() && !LIST_TYPES.contains(list)) {
            problems.add(Problem.notSupported(
                    path + ".x-kubernetes-list-type",
                    schema.path("x-kubernetes-list-type"),
                    List.of("atomic", "map", "set")));
        }
        JsonNode items = schema.path("items");
        if (list.equals("set")
                && items.path("type").asText("").equals("object")
                && !items.path("x-kubernetes-map-type").asText("").equals("atomic")) {
            problems.add(Problem.invalid(
                    path + ".items.x-kubernetes-map-type",
                    items.path("x-kubernetes-map-type").asText(""),
                    "must be atomic as item of a list with x-kubernetes-list-type=set"));
        }
        if (list.equals("map") && keys.isEmpty()) {
            problems.add(Problem.required(
                    path + ".x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map"));
        }
        if (!keys.isEmpty() && !list.equals("map")) {
            problems.add(Problem.invalid(
                    path + ".x-kubernetes-list-type", list, "must be map if x-kubernetes-list-map-keys is non-empty"));
        }
        for (JsonNode key : keys) {
            JsonNode property = schema.path("items").path("properties").path(key.asText());
            if (property.isMissingNode()) {
                problems.add(Problem.invalid(
                        path + ".x-kubernetes-list-map-keys", keys, "entries must all be names of item properties"));
            }
        }
    }

    /** A default has no fields that the schema would prune, and is valid. */
    private void standard(JsonNode schema, String path) {
        JsonNode value = schema.get("default");
        if (value == null) {
            return;
        }
        JsonNode kept = value.deepCopy();
        if (!CrdSchema.pruned(kept, schema).isEmpty()) {
            problems.add(Problem.invalid(path + ".default", value, "must not have unknown fields"));
        }
        CrdSchema.validate(value, schema, "", OLD_CAUSES)
                .forEach(problem -> problems.add(new Problem(
                        problem.reason(),
                        path + ".default" + (problem.field().isEmpty() ? "" : "." + problem.field()),
                        problem.message())));
    }

    /** Where the schema of a version is told: at the top where all versions have the same. */
    static String place(JsonNode versions, int index) {
        JsonNode first = versions.path(0).path("schema");
        for (JsonNode version : versions) {
            if (!Json.same(version.path("schema"), first)) {
                return "spec.versions[" + index + "].schema.openAPIV3Schema";
            }
        }
        return "spec.validation.openAPIV3Schema";
    }
}
