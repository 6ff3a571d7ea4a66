package io.calicofleet.simulator.kubernetes.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.validation.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The validation of a value by an OpenAPI schema, with the words of the API server. */
final class SchemaValidation {

    private static final int TELLS_KINDS = 25;

    /** From here on numbers have to fit their format. */
    private static final int CHECKS_NUMBERS = 37;

    private final List<Problem> problems;
    private final int minor;

    /**
     * A validation.
     *
     * @param problems filled with what is wrong
     * @param minor the n of Kubernetes 1.n; from 1.25 on causes tell what kind of invalid value it is
     */
    SchemaValidation(List<Problem> problems, int minor) {
        this.problems = problems;
        this.minor = minor;
    }

    void check(JsonNode value, JsonNode schema, String path) {
        if (value.isNull() && schema.path("nullable").asBoolean()) {
            return;
        }
        String type = schema.path("type").asText("");
        boolean intOrString = schema.path("x-kubernetes-int-or-string").asBoolean();
        boolean fits = intOrString ? value.isTextual() || value.isIntegralNumber() : CrdSchema.isOf(value, type);
        if (!fits) {
            String is = kind(value);
            Problem invalid = Problem.invalid(
                    path,
                    is,
                    path + " in body must be of type " + (intOrString ? "integer,string" : type) + ": \"" + is + "\"");
            problems.add(ofType(invalid));
            if (value.isNumber() && type.equals("integer") && minor >= CHECKS_NUMBERS) {
                whole("Checked value must be of type integer (default format) in " + path);
            }
        }
        // In the order of the server (kube-openapi/pkg/validation/validate/schema.go).
        combinators(value, schema, path);
        if (fits) {
            if (value.isTextual()) {
                text(value, schema, path);
            }
            format(value, schema.path("format").asText(""), type, path);
            if (value.isNumber()) {
                number(value, schema, path);
            } else if (value.isArray()) {
                list(value, schema, path);
            }
        }
        enumeration(value, schema, path);
        if (fits && value.isObject()) {
            object(value, schema, path);
        }
    }

    /** What a server calls what it finds: a number that is no integer of 64 bits is not one. */
    private static String kind(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToLong()
                ? "integer"
                : value.getNodeType().toString().toLowerCase(Locale.ROOT);
    }

    private void format(JsonNode value, String format, String type, String path) {
        if (Formats.has(value, format)) {
            return;
        }
        if (!value.isNumber()) {
            problems.add(
                    ofType(Problem.invalid(path, value, path + " in body must be of type " + format + ": " + value)));
        } else if (minor >= CHECKS_NUMBERS) {
            whole("Checked value must be of type " + type + " with format " + format + " in " + path);
        }
    }

    private Problem ofType(Problem invalid) {
        return minor < TELLS_KINDS ? invalid : new Problem("FieldValueTypeInvalid", invalid.field(), invalid.message());
    }

    private void object(JsonNode value, JsonNode schema, String path) {
        if (schema.path("x-kubernetes-embedded-resource").asBoolean()) {
            problems.addAll(EmbeddedObjects.problems(value, path));
        }
        for (JsonNode required : schema.path("required")) {
            if (!value.has(required.asText())) {
                problems.add(Problem.required(join(path, required.asText()), ""));
            }
        }
        bounds(value.size(), schema, path, value, "Properties", "properties");
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            if (path.isEmpty() && Set.of("apiVersion", "kind", "metadata").contains(field.getKey())) {
                continue;
            }
            JsonNode property = schema.path("properties").path(field.getKey());
            JsonNode of = property.isMissingNode() ? schema.path("additionalProperties") : property;
            check(field.getValue(), of, join(path, field.getKey()));
        }
    }

    private void list(JsonNode value, JsonNode schema, String path) {
        bounds(value.size(), schema, path, value, "Items", "items");
        Set<String> seen = new HashSet<>();
        String list = schema.path("x-kubernetes-list-type").asText("");
        for (int i = 0; i < value.size(); i++) {
            JsonNode item = value.get(i);
            String at = path + "[" + i + "]";
            check(item, schema.path("items"), minor < TELLS_KINDS ? path : at);
            if (list.equals("map") && !item.isObject() && !item.isNull()) {
                problems.add(Problem.invalid(at, item, "must be an object for an array of list-type map"));
                continue;
            }
            if (list.equals("set") && !seen.add(item.toString())) {
                problems.add(Problem.duplicate(at, item));
            } else if (list.equals("map")) {
                var keys = Json.object();
                schema.path("x-kubernetes-list-map-keys")
                        .forEach(key -> keys.set(key.asText(), item.path(key.asText())));
                if (!seen.add(keys.toString())) {
                    problems.add(Problem.duplicate(at, keys));
                }
            }
        }
    }

    private void bounds(int size, JsonNode schema, String path, JsonNode value, String field, String what) {
        int most = schema.path("max" + field).asInt(Integer.MAX_VALUE);
        int least = schema.path("min" + field).asInt(0);
        // Older servers show the bound of an object in place of its size.
        boolean bound = value.isObject() && minor < TELLS_KINDS;
        if (size > most && minor >= TELLS_KINDS) {
            problems.add(new Problem(
                    "FieldValueTooMany", path, "Too many: " + size + ": must have at most " + most + " items"));
        } else if (size > most) {
            problems.add(Problem.invalid(
                    path,
                    IntNode.valueOf(bound ? most : size),
                    path + " in body should have at most " + most + " " + what));
        }
        if (size < least) {
            problems.add(Problem.invalid(
                    path,
                    IntNode.valueOf(bound ? least : size),
                    path + " in body should have at least " + least + " " + what));
        }
    }

    private void number(JsonNode value, JsonNode schema, String path) {
        JsonNode multiple = schema.path("multipleOf");
        if (multiple.isNumber() && value.asDouble() % multiple.asDouble() != 0) {
            problems.add(Problem.invalid(path, value, path + " in body should be a multiple of " + multiple));
        }
        limit(value, schema, path, "maximum", "exclusiveMaximum", "less than");
        limit(value, schema, path, "minimum", "exclusiveMinimum", "greater than");
    }

    private void limit(
            JsonNode value, JsonNode schema, String path, String field, String exclusiveField, String words) {
        JsonNode limit = schema.path(field);
        if (!limit.isNumber()) {
            return;
        }
        boolean exclusive = schema.path(exclusiveField).asBoolean();
        int compared = value.decimalValue().compareTo(limit.decimalValue());
        boolean outside = field.equals("minimum") ? compared < 0 : compared > 0;
        if (outside || (exclusive && compared == 0)) {
            problems.add(Problem.invalid(
                    path, value, path + " in body should be " + words + (exclusive ? " " : " or equal to ") + limit));
        }
    }

    private void text(JsonNode value, JsonNode schema, String path) {
        int length = value.asText().codePointCount(0, value.asText().length());
        int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
        int least = schema.path("minLength").asInt(0);
        String pattern = schema.path("pattern").asText("");
        // The first of them is told.
        if (length > most) {
            problems.add(
                    minor < TELLS_KINDS
                            ? Problem.invalid(path, value, path + " in body should be at most " + most + " chars long")
                            : minor < Problem.SHOWS_JSON
                                    ? new Problem("FieldValueTooLong", path, "Too long: may not be longer than " + most)
                                    : Problem.tooLong(path, most, minor));
        } else if (length < least) {
            problems.add(Problem.invalid(path, value, path + " in body should be at least " + least + " chars long"));
        } else if (!pattern.isEmpty()
                && !Pattern.compile(pattern).matcher(value.asText()).find()) {
            problems.add(Problem.invalid(path, value, path + " in body should match '" + pattern + "'"));
        }
    }

    private void enumeration(JsonNode value, JsonNode schema, String path) {
        JsonNode allowed = schema.path("enum");
        if (!allowed.isArray()) {
            return;
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode each : allowed) {
            if (Json.same(each, value)) {
                return;
            }
            texts.add(each.asText());
        }
        problems.add(Problem.notSupported(path, value, texts));
    }

    private void combinators(JsonNode value, JsonNode schema, String path) {
        List<List<Problem>> all = tried(value, schema.path("allOf"), path);
        if (all.stream().anyMatch(each -> !each.isEmpty())) {
            all.forEach(problems::addAll);
            whole("\"" + path + "\" must validate all the schemas (allOf)"
                    + (all.stream().allMatch(each -> !each.isEmpty()) ? ". None validated" : ""));
        }
        List<List<Problem>> any = tried(value, schema.path("anyOf"), path);
        if (!any.isEmpty() && any.stream().noneMatch(List::isEmpty)) {
            whole("\"" + path + "\" must validate at least one schema (anyOf)");
            problems.addAll(any.get(0));
        }
        List<List<Problem>> one = tried(value, schema.path("oneOf"), path);
        long right = one.stream().filter(List::isEmpty).count();
        if (!one.isEmpty() && right != 1) {
            whole("\"" + path + "\" must validate one and only one schema (oneOf). Found "
                    + (right == 0 ? "none valid" : right + " valid alternatives"));
            if (right == 0) {
                problems.addAll(one.get(0));
            }
        }
        JsonNode not = schema.path("not");
        if (not.isObject() && tried(value, Json.array().add(not), path).get(0).isEmpty()) {
            whole("\"" + path + "\" must not validate the schema (not)");
        }
    }

    /** What is wrong with a value as a whole is told of no field. */
    private void whole(String why) {
        problems.add(Problem.invalid("<nil>", "", why));
    }

    private List<List<Problem>> tried(JsonNode value, JsonNode schemas, String path) {
        List<List<Problem>> tried = new ArrayList<>();
        for (JsonNode schema : schemas) {
            List<Problem> wrong = new ArrayList<>();
            new SchemaValidation(wrong, minor).check(value, schema, path);
            tried.add(wrong);
        }
        return tried;
    }

    private static String join(String path, String field) {
        return path.isEmpty() ? field : path + "." + field;
    }
}
