package io.calicofleet.simulator.kubernetes.crd;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.validation.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
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

    private static final List<String> TYPES = List.of("array", "boolean", "integer", "number", "object", "string");
    private static final List<String> LIST_TYPES = List.of("atomic", "set", "map");
    private static final List<String> MAP_TYPES = List.of("atomic", "granular");
    private static final List<String> COMBINATORS = List.of("allOf", "anyOf", "oneOf");

    private static final List<String> REASONS =
            List.of("FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired", "FieldValueDuplicate");
    /** What Java's regular expressions have and Go's have not. */
    private static final Pattern NOT_IN_GO = Pattern.compile("\\(\\?(=|!|<=|<!|>)|\\\\[1-9]|[*+?}]\\+");

    /** The one list of alternatives that may name types. */
    private static final JsonNode INT_OR_STRING = Json.parse("[{\"type\":\"integer\"},{\"type\":\"string\"}]");

    private final List<Problem> problems = new ArrayList<>();
    private final boolean structural;
    private final int minor;

    private StructuralSchema(boolean structural, int minor) {
        this.structural = structural;
        this.minor = minor;
    }

    /**
     * What is wrong with a schema.
     *
     * @param path where it is
     * @param structural whether every value must have a type, as with apiextensions.k8s.io/v1
     * @param minor the n of Kubernetes 1.n
     */
    static List<Problem> check(JsonNode schema, String path, boolean structural, int minor) {
        StructuralSchema check = new StructuralSchema(structural, minor);
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
        boolean whole = schema.path("nullable").asBoolean() || schema.has("definitions");
        if (whole && structural) {
            check.problems.add(Problem.invalid(path, "", "the schema is not structural"));
        }
        if (schema.path("nullable").asBoolean()) {
            check.problems.add(Problem.forbidden(path + ".nullable", "nullable cannot be true at the root"));
        }
        // As the server does (apiextensions-apiserver/pkg/apiserver/schema/validation.go).
        check.problems.sort(Comparator.comparing(Problem::text));
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
        JsonNode preserves = schema.path("x-kubernetes-preserve-unknown-fields");
        if (preserves.isBoolean() && !preserves.asBoolean()) {
            problems.add(Problem.invalid(
                    path + ".x-kubernetes-preserve-unknown-fields", preserves, "must be true or undefined"));
        }
        if (schema.path("x-kubernetes-embedded-resource").asBoolean()) {
            embedded(schema, type, path);
            free = true;
        }
        if (type.isEmpty()) {
            if (structural && !(free && !root) && !schema.has("$ref")) {
                problems.add(Problem.required(path + ".type", untyped));
            }
        } else {
            if (root && structural && !type.equals("object")) {
                problems.add(Problem.invalid(path + ".type", type, "must be object at the root"));
            }
            if (structural && !TYPES.contains(type)) {
                problems.add(Problem.notSupported(path + ".type", schema.path("type"), TYPES));
            }
        }
        JsonNode items = schema.path("items");
        if (structural && type.equals("array") && !items.isObject() && items.isEmpty()) {
            problems.add(Problem.required(path + ".items", "must be specified"));
        }
    }

    private void embedded(JsonNode schema, String type, String path) {
        String must = "must be object if x-kubernetes-embedded-resource is true";
        if (type.isEmpty()) {
            problems.add(Problem.required(path + ".type", must));
        } else if (!type.equals("object")) {
            problems.add(Problem.invalid(path + ".type", type, must));
        }
        if (schema.path("properties").isEmpty()
                && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
            problems.add(Problem.required(
                    path + ".properties",
                    "must not be empty if x-kubernetes-embedded-resource is true without"
                            + " x-kubernetes-preserve-unknown-fields"));
        }
    }

    private void forbidden(JsonNode schema, String path) {
        JsonNode additional = schema.path("additionalProperties");
        if (additional.isBoolean() && !additional.asBoolean()) {
            if (!structural) {
                problems.add(Problem.forbidden(
                        path + ".additionalProperties", "additionalProperties cannot be set to false"));
            }
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
        if (schema.path("items").isArray() && !schema.path("items").isEmpty()) {
            problems.add(Problem.forbidden(path + ".items", "items must be a schema object and not an array"));
        }
        for (String combinator : COMBINATORS) {
            for (int i = 0; structural && i < schema.path(combinator).size(); i++) {
                JsonNode inner = schema.path(combinator).get(i);
                boolean intOrString = schema.get(combinator).equals(INT_OR_STRING);
                String type = inner.path("type").asText("");
                if (!type.isEmpty() && !TYPES.contains(type)) {
                    problems.add(Problem.notSupported(
                            path + "." + combinator + "[" + i + "].type", inner.path("type"), TYPES));
                }
                for (String field : List.of("type", "default", "additionalProperties", "nullable", "description")) {
                    boolean there = inner.has(field)
                            && !(inner.path(field).isTextual()
                                    && inner.path(field).asText().isEmpty());
                    if (there && !(intOrString && field.equals("type"))) {
                        problems.add(Problem.forbidden(
                                path + "." + combinator + "[" + i + "]." + field, "must be empty to be structural"));
                    }
                }
            }
        }
        JsonNode not = schema.path("not");
        for (String field : structural ? List.of("type", "default", "nullable", "description") : List.<String>of()) {
            if (not.has(field)) {
                problems.add(Problem.forbidden(path + ".not." + field, "must be empty to be structural"));
            }
        }
        if (schema.path("x-kubernetes-int-or-string").asBoolean()
                && schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
            problems.add(Problem.invalid(
                    path + ".x-kubernetes-preserve-unknown-fields",
                    schema.path("x-kubernetes-preserve-unknown-fields"),
                    "must be false if x-kubernetes-int-or-string is true"));
        }
        validations(schema, path);
        if (NOT_IN_GO.matcher(schema.path("pattern").asText("")).find()) {
            problems.add(Problem.invalid(
                    path + ".pattern",
                    schema.path("pattern"),
                    "must be a valid regular expression, but isn't: error parsing regexp: invalid or unsupported Perl"
                            + " syntax"));
        } else if (schema.has("pattern")) {
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

    /** What can be said of CEL rules without compiling them. */
    private void validations(JsonNode schema, String path) {
        JsonNode rules = schema.path("x-kubernetes-validations");
        for (int i = 0; i < rules.size(); i++) {
            String at = path + ".x-kubernetes-validations[" + i + "].";
            JsonNode message = rules.get(i).path("message");
            JsonNode reason = rules.get(i).path("reason");
            if (rules.get(i).path("rule").asText("").isBlank()) {
                problems.add(Problem.required(at + "rule", "rule is not specified"));
            }
            if (!message.asText("").isEmpty() && message.asText().isBlank()) {
                problems.add(Problem.invalid(at + "message", message, "message must be non-empty if specified"));
            }
            if (reason.isTextual() && !REASONS.contains(reason.asText())) {
                problems.add(Problem.notSupported(at + "reason", reason, REASONS));
            }
        }
    }

    private void lists(JsonNode schema, String path) {
        String type = schema.path("type").asText("");
        String list = schema.path("x-kubernetes-list-type").asText("");
        String at = path + ".x-kubernetes-list-type";
        JsonNode keys = schema.path("x-kubernetes-list-map-keys");
        if (schema.has("x-kubernetes-list-type")) {
            if (!LIST_TYPES.contains(list)) {
                problems.add(Problem.notSupported(at, schema.path("x-kubernetes-list-type"), LIST_TYPES));
            }
            if (!type.equals("array")) {
                problems.add(schemaType(path, type, "must be array if x-kubernetes-list-type is specified"));
            }
        }
        JsonNode map = schema.path("x-kubernetes-map-type");
        if (!map.isMissingNode()) {
            if (!MAP_TYPES.contains(map.asText())) {
                problems.add(Problem.notSupported(path + ".x-kubernetes-map-type", map, MAP_TYPES));
            }
            if (!type.equals("object")) {
                problems.add(schemaType(path, type, "must be object if x-kubernetes-map-type is specified"));
            }
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
        if (!keys.isEmpty() && !list.equals("map")) {
            String must = "must be map if x-kubernetes-list-map-keys is non-empty";
            problems.add(
                    schema.has("x-kubernetes-list-type")
                            ? Problem.invalid(at, list, must)
                            : Problem.required(at, must));
        }
        if (list.equals("map")) {
            keys(schema, path, keys);
        }
    }

    private static Problem schemaType(String path, String type, String must) {
        return type.isEmpty() ? Problem.required(path + ".type", must) : Problem.invalid(path + ".type", type, must);
    }

    /** What the items of a list with keys must have. */
    private void keys(JsonNode schema, String path, JsonNode keys) {
        String at = path + ".x-kubernetes-list-map-keys";
        JsonNode items = schema.path("items");
        if (keys.isEmpty()) {
            problems.add(Problem.required(at, "must not be empty if x-kubernetes-list-type is map"));
        }
        if (items.isMissingNode()) {
            problems.add(Problem.required(path + ".items", "must have a schema if x-kubernetes-list-type is map"));
            return;
        }
        if (!items.isObject()) {
            problems.add(Problem.invalid(
                    path + ".items", items, "must only have a single schema if x-kubernetes-list-type is map"));
            return;
        }
        if (!items.path("type").asText("").equals("object")) {
            problems.add(Problem.invalid(
                    path + ".items.type",
                    items.path("type").asText(""),
                    "must be object if parent array's x-kubernetes-list-type is map"));
        }
        Set<String> seen = new HashSet<>();
        for (JsonNode key : keys) {
            JsonNode property = items.path("properties").path(key.asText());
            if (!seen.add(key.asText())) {
                problems.add(Problem.invalid(at, keys, "must not contain duplicate entries"));
            } else if (!property.isMissingNode()) {
                key(items, property, path + ".items", key);
            } else if (items.path("type").asText("").equals("object")
                    && !items.path("properties").isEmpty()) {
                problems.add(Problem.invalid(at, keys, "entries must all be names of item properties"));
            }
        }
    }

    private void key(JsonNode items, JsonNode property, String path, JsonNode key) {
        boolean required = items.path("required").valueStream().anyMatch(key::equals);
        if (!required && !property.has("default")) {
            problems.add(Problem.required(
                    path + ".properties[" + key.asText() + "].default",
                    "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required"
                            + " property"));
        }
        if (List.of("array", "object").contains(property.path("type").asText(""))) {
            problems.add(Problem.invalid(
                    path + ".properties[" + key.asText() + "].type",
                    property.path("type"),
                    "must be a scalar type if parent array's x-kubernetes-list-type is map"));
        }
    }

    /** A default has no fields that the schema would prune, and is valid. */
    private void standard(JsonNode schema, String path) {
        JsonNode value = schema.get("default");
        if (value == null) {
            return;
        }
        if (path.endsWith("openAPIV3Schema.properties[metadata]")) {
            problems.add(Problem.forbidden(path + ".default", "must not be set"));
            return;
        }
        JsonNode kept = value.deepCopy();
        if (!CrdSchema.pruned(kept, schema).isEmpty()) {
            problems.add(Problem.invalid(path + ".default", value, "must not have unknown fields"));
        }
        CrdSchema.validate(value, schema, "", minor)
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
