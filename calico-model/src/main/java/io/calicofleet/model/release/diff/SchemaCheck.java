package io.calicofleet.model.release.diff;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What an API server would make of a resource under a schema: fields it would drop, values it would refuse. Of the schema it
 * knows types, enumerations, patterns, bounds, lengths and what is required; rules in CEL it does not run.
 */
final class SchemaCheck {

    /**
     * A finding.
     *
     * @param path the field
     * @param value what the resource has there
     * @param why why the value would be refused; empty where the schema does not know the field
     */
    record Fault(String path, JsonNode value, String why) {

        boolean isUnknown() {
            return why.isEmpty();
        }
    }

    private final List<Fault> faults = new ArrayList<>();

    private SchemaCheck() {}

    /** The faults of the {@code spec} of a resource under the schema of its whole. */
    static List<Fault> of(JsonNode resource, JsonNode schema) {
        SchemaCheck check = new SchemaCheck();
        JsonNode spec = schema.at("/properties/spec");
        if (spec.isObject() && resource.path("spec").isObject()) {
            check.value("spec", resource.path("spec"), spec);
        }
        return check.faults;
    }

    /** Whether a value is what the schema, or its description, gives where nobody sets anything. */
    static boolean isDefault(JsonNode value, JsonNode schema) {
        if (value.isObject()) {
            return value.properties().stream()
                    .allMatch(field -> isDefault(
                            field.getValue(), schema.path("properties").path(field.getKey())));
        }
        return DefinitionDiff.standard(schema)
                .map(standard -> DefinitionDiff.plain(standard).equals(DefinitionDiff.plain(Trees.text(value))))
                .orElse(false);
    }

    /** The schema of a field; missing where there is none. */
    static JsonNode at(JsonNode schema, String path) {
        JsonNode here = schema;
        for (String part : path.split("\\.", -1)) {
            String field = part.replaceAll("\\[\\d+]", "");
            here = here.path("properties").has(field)
                    ? here.path("properties").path(field)
                    : here.path("additionalProperties");
            if (!part.equals(field)) {
                here = here.path("items");
            }
        }
        return here;
    }

    private void value(String path, JsonNode value, JsonNode schema) {
        if (value.isNull() || schema.isMissingNode()) {
            return;
        }
        values(path, value, schema);
        if (value.isArray()) {
            for (int index = 0; index < value.size(); index++) {
                value(path + "[" + index + "]", value.path(index), schema.path("items"));
            }
        } else if (value.isObject()) {
            fields(path, value, schema);
        }
    }

    private void fields(String path, JsonNode value, JsonNode schema) {
        JsonNode others = schema.path("additionalProperties");
        boolean open = others.asBoolean()
                || schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                || !schema.has("properties");
        value.properties().forEach(field -> {
            String at = path + "." + field.getKey();
            JsonNode known = schema.path("properties").path(field.getKey());
            if (known.isObject()) {
                value(at, field.getValue(), known);
            } else if (others.isObject()) {
                value(at, field.getValue(), others);
            } else if (!open) {
                faults.add(new Fault(at, field.getValue(), ""));
            }
        });
        Json.texts(schema.get("required")).stream()
                .filter(field -> !value.has(field))
                .forEach(field -> faults.add(new Fault(path, value, "it lacks " + field)));
    }

    private void values(String path, JsonNode value, JsonNode schema) {
        List<String> allowed = Json.texts(schema.get("enum"));
        if (!allowed.isEmpty() && !allowed.contains(value.asText())) {
            fault(path, value, "it is none of " + String.join(", ", allowed));
        }
        if (!isOfType(value, schema)) {
            fault(path, value, "it is no " + Json.text(schema, "type"));
        }
        if (value.isNumber()) {
            bound(path, value, value.asDouble(), schema, "minimum", "maximum");
        } else if (value.isTextual()) {
            bound(path, value, value.asText().length(), schema, "minLength", "maxLength");
            if (schema.has("pattern") && !matches(Json.text(schema, "pattern"), value.asText())) {
                fault(path, value, "it does not match " + Json.text(schema, "pattern"));
            }
        } else if (value.isArray()) {
            bound(path, value, value.size(), schema, "minItems", "maxItems");
        }
    }

    private void bound(String path, JsonNode value, double size, JsonNode schema, String least, String most) {
        if (schema.has(least) && size < schema.path(least).asDouble()) {
            fault(path, value, least + " is " + schema.path(least).asText());
        }
        if (schema.has(most) && size > schema.path(most).asDouble()) {
            fault(path, value, most + " is " + schema.path(most).asText());
        }
    }

    private void fault(String path, JsonNode value, String why) {
        faults.add(new Fault(path, value, why));
    }

    private static boolean isOfType(JsonNode value, JsonNode schema) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return true;
        }
        return switch (Json.text(schema, "type")) {
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            default -> true;
        };
    }

    /** A pattern that Java does not read refuses nothing. */
    private static boolean matches(String pattern, String text) {
        try {
            return Pattern.compile(pattern).matcher(text).find();
        } catch (PatternSyntaxException e) {
            return true;
        }
    }
}
