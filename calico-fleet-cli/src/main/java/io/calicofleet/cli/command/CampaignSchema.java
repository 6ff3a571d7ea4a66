package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads the fields of the campaign file out of its JSON Schema.
 *
 * @param campaign the schema
 * @param common the one it refers to
 */
record CampaignSchema(JsonNode campaign, JsonNode common) {

    private static final String DEFAULT = "Default: ";
    /** What describes values, and no meaning. */
    private static final String BOUNDED = "deadline|duration|moment|timeOfDay|concurrency|quantity";

    private static final String SHARED = "common.schema.json#/$defs/";
    private static final String LOCAL = "#/$defs/";

    /** The file with all its fields. */
    static CampaignField read() {
        return new CampaignSchema(document("campaign"), document("common")).file();
    }

    private CampaignField file() {
        return new CampaignField(
                "", "fields", "", true, campaign.path("description").asText(), "", Map.of(), below("", campaign));
    }

    private CampaignField field(String path, JsonNode written, boolean required) {
        JsonNode definition = definition(written);
        String words = text(written, definition, "description");
        int told = words.indexOf(DEFAULT);
        String fallback = written.has("default")
                ? written.path("default").asText()
                : told < 0 ? "" : words.substring(told + DEFAULT.length()).replaceFirst("\\.$", "");
        String meaning = told < 0 || written.has("default")
                ? words
                : words.substring(0, told).strip();
        boolean list = written.path("type").asText().equals("array");
        JsonNode items = definition(written.path("items"));
        JsonNode shape = list ? items : shape(definition);
        return new CampaignField(
                list && shape.has("properties") ? path + "[]" : path,
                list ? listOf(type(written.path("items"), shape)) : type(written, shape),
                fallback,
                required,
                meaning,
                allowed(written, definition, list ? items : definition),
                constants(list ? items : definition),
                below(list ? path + "[]." : path + ".", shape));
    }

    private List<CampaignField> below(String path, JsonNode schema) {
        List<CampaignField> fields = new ArrayList<>();
        schema.path("properties").properties().forEach(entry -> {
            boolean required = false;
            for (JsonNode name : schema.path("required")) {
                required |= name.asText().equals(entry.getKey());
            }
            fields.add(field(path.equals(".") ? entry.getKey() : path + entry.getKey(), entry.getValue(), required));
        });
        return fields;
    }

    /** With all that it refers to; what it says itself comes first. */
    private JsonNode definition(JsonNode schema) {
        String reference = schema.path("$ref").asText();
        if (reference.isEmpty()) {
            return schema;
        }
        JsonNode root = reference.startsWith(SHARED) ? common : campaign;
        JsonNode found = root.path("$defs").path(reference.substring(reference.lastIndexOf('/') + 1));
        if (found.has("$ref") && definition(found) instanceof ObjectNode more) {
            ObjectNode both = more.deepCopy();
            found.properties().forEach(entry -> both.set(entry.getKey(), entry.getValue()));
            return both;
        }
        return found;
    }

    /** That of several forms which has fields. */
    private JsonNode shape(JsonNode schema) {
        for (JsonNode form : schema.path("anyOf")) {
            JsonNode definition = definition(form);
            if (definition.has("properties")) {
                return definition;
            }
        }
        return schema;
    }

    private static String text(JsonNode written, JsonNode definition, String name) {
        return written.has(name)
                ? written.path(name).asText()
                : definition.path(name).asText();
    }

    private static String listOf(String type) {
        return type.equals("one of several") ? "list" : "list of " + type.replaceFirst("^text$", "texts");
    }

    private static String type(JsonNode written, JsonNode shape) {
        String reference = written.path("$ref").asText();
        String named = reference.startsWith(LOCAL) || reference.startsWith(SHARED)
                ? reference.substring(reference.lastIndexOf('/') + 1)
                : "";
        String type = shape.path("type").asText();
        return switch (named) {
            case "deadline", "duration" -> "duration";
            case "moment" -> "date and time";
            case "timeOfDay" -> "time of day";
            case "concurrency", "quantity" -> "number or share";
            case "calicoVersion" -> "release";
            case "names" -> "list of ids";
            case "matchLabels" -> "labels";
            default ->
                shape.has("properties")
                        ? (written.has("anyOf") ? "true, false or fields" : "fields")
                        : shape.has("oneOf") || shape.has("enum")
                                ? "one of several"
                                : switch (type) {
                                    case "boolean" -> "true or false";
                                    case "integer" -> "number";
                                    case "object" -> "fields";
                                    default -> shape.path("const").isBoolean() ? "true" : "text";
                                };
        };
    }

    private static Map<String, String> constants(JsonNode definition) {
        Map<String, String> constants = new LinkedHashMap<>();
        definition
                .path("oneOf")
                .forEach(option -> constants.put(
                        option.path("const").asText(),
                        option.path("description").asText()));
        definition.path("enum").forEach(value -> constants.put(value.asText(), ""));
        return constants;
    }

    /** What its definition says beside the meaning, its bounds, and an example. */
    private static String allowed(JsonNode written, JsonNode definition, JsonNode value) {
        List<String> parts = new ArrayList<>();
        if (written.has("const")) {
            parts.add("always " + written.path("const").asText());
        }
        String own = definition.path("description").asText();
        boolean bounds = written.path("$ref").asText().matches(".*/(" + BOUNDED + ")");
        if (bounds && written.has("description")) {
            parts.add(own.replaceFirst("\\.$", ""));
        }
        bound(parts, value, "minimum", "maximum");
        bound(parts, definition, "minItems", "maxItems");
        bound(parts, value, "minLength", "maxLength");
        JsonNode examples = value.path("examples").isEmpty() ? written.path("examples") : value.path("examples");
        List<String> such = new ArrayList<>();
        examples.forEach(example -> such.add(example.asText()));
        if (!such.isEmpty()) {
            parts.add("such as " + String.join(" or ", such));
        }
        return String.join(", ", parts);
    }

    private static void bound(List<String> parts, JsonNode schema, String least, String most) {
        String what = least.endsWith("Items") ? " entries" : least.endsWith("Length") ? " letters" : "";
        if (schema.has(most)) {
            int first = schema.path(least).asInt(0);
            parts.add((first == 0 ? "at most " : "from " + first + " to ")
                    + schema.path(most).asText()
                    + what);
        } else if (schema.has(least) && schema.path(least).asInt() > 1) {
            parts.add("at least " + schema.path(least).asText() + what);
        }
    }

    private static JsonNode document(String name) {
        try (InputStream schema = Objects.requireNonNull(
                CampaignSchema.class.getResourceAsStream("/schemas/" + name + ".schema.json"), name)) {
            return EventJson.mapper().readTree(schema);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
