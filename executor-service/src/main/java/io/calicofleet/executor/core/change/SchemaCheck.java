package io.calicofleet.executor.core.change;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.document.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Holds a value against the schema of a definition, of which the forms that Calico uses are known: types, enum, pattern, bounds, fields, entries. The
 * API server checks the rest.
 */
final class SchemaCheck {

    private static final int NAMED = 12;

    private final List<String> problems = new ArrayList<>();

    private final String kind;

    private SchemaCheck(String kind) {
        this.kind = kind;
    }

    /** What is wrong with it, a sentence each without its full stop; none where nothing is. */
    static List<String> of(String kind, String path, JsonNode value, JsonNode schema) {
        SchemaCheck check = new SchemaCheck(kind);
        check.check(path, value, schema);
        return check.problems;
    }

    /** That there is no such field, with the one that was probably meant. */
    static String unknown(String kind, String path, String name, JsonNode properties) {
        List<String> known = Json.names(properties).stream().sorted().toList();
        String meant = Suggestion.of(name, known);
        return path + " is no field of this cluster's " + kind
                + (meant.isEmpty()
                        ? known.size() <= NAMED ? ": " + String.join(", ", known) : ""
                        : "; the nearest one is " + meant);
    }

    private void check(String path, JsonNode value, JsonNode schema) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            wrongUnless(value.isIntegralNumber() || value.isTextual(), path, value, "a whole number or a text");
        } else {
            switch (Json.text(schema, "type")) {
                case "boolean" -> wrongUnless(value.isBoolean(), path, value, "true or false");
                case "integer" -> wrongUnless(value.isIntegralNumber(), path, value, "a whole number");
                case "number" -> wrongUnless(value.isNumber(), path, value, "a number");
                case "string" -> wrongUnless(value.isTextual(), path, value, "a text");
                case "array" -> list(path, value, schema);
                case "object" -> object(path, value, schema);
                default -> {
                    // the schema says nothing of it
                }
            }
        }
        if (value.isValueNode()) {
            value(path, value, schema);
        }
    }

    private void list(String path, JsonNode value, JsonNode schema) {
        wrongUnless(value.isArray(), path, value, "a list");
        for (int i = 0; value.isArray() && i < value.size(); i++) {
            check(path + "[" + i + "]", value.path(i), schema.path("items"));
        }
    }

    private void object(String path, JsonNode value, JsonNode schema) {
        wrongUnless(value.isObject(), path, value, "fields with values");
        JsonNode properties = schema.path("properties");
        JsonNode others = schema.path("additionalProperties");
        value.properties().forEach(field -> {
            String at = path + "." + field.getKey();
            if (properties.has(field.getKey())) {
                check(at, field.getValue(), properties.path(field.getKey()));
            } else if (others.isObject()) {
                check(at, field.getValue(), others);
            } else if (!others.asBoolean()
                    && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                    && properties.isObject()) {
                problems.add(unknown(kind, at, field.getKey(), properties));
            }
        });
        Json.texts(schema.get("required")).stream()
                .filter(name -> value.isObject() && !value.has(name))
                .forEach(name -> problems.add(path + "." + name + " is missing"));
    }

    private void value(String path, JsonNode value, JsonNode schema) {
        List<String> choices = Json.texts(schema.get("enum"));
        if (!choices.isEmpty() && !choices.contains(value.asText())) {
            problems.add(path + " is " + value + ", not one of " + String.join(", ", choices));
        }
        String pattern = Json.text(schema, "pattern");
        if (value.isTextual() && !pattern.isEmpty() && !fits(pattern, value.asText())) {
            problems.add(path + " is " + value + ", which has not the form " + pattern);
        }
        if (value.isNumber()
                && ((schema.has("minimum")
                                && value.asDouble() < schema.path("minimum").asDouble())
                        || (schema.has("maximum")
                                && value.asDouble() > schema.path("maximum").asDouble()))) {
            problems.add(path + " is " + value + ", which is out of range: "
                    + schema.path("minimum").asText("any") + " to "
                    + schema.path("maximum").asText("any"));
        }
    }

    /** A pattern of Go that Java does not read is the API server's to check. */
    private static boolean fits(String pattern, String text) {
        try {
            return Pattern.compile(pattern).matcher(text).find();
        } catch (PatternSyntaxException e) {
            return true;
        }
    }

    private void wrongUnless(boolean right, String path, JsonNode value, String wanted) {
        if (!right) {
            problems.add(path + " is " + value + ", not " + wanted);
        }
    }
}
