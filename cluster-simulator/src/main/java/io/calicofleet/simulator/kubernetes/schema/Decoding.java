package io.calicofleet.simulator.kubernetes.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.schema.Structure.Form;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads an object into its type as the API server does: fields it does not know go, values of a wrong type are refused. */
public final class Decoding {

    private static final Pattern QUANTITY =
            Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\\d+)?");

    private final int minor;
    private final List<String> unknown = new ArrayList<>();

    private Decoding(int minor) {
        this.minor = minor;
    }

    /**
     * Decodes an object in place.
     *
     * @param minor the n of Kubernetes 1.n, which decides what fields there are
     * @return the paths of the fields that were removed because the type does not have them
     * @throws DecodingException where a value has a wrong type
     */
    public static List<String> decode(ObjectNode object, Structure structure, int minor) throws DecodingException {
        Decoding decoding = new Decoding(minor);
        decoding.object(object, structure, "");
        return decoding.unknown;
    }

    private void object(ObjectNode object, Structure structure, String path) throws DecodingException {
        for (Map.Entry<String, JsonNode> field : new ArrayList<>(object.properties())) {
            String name = field.getKey();
            String at = path.isEmpty() ? name : path + "." + name;
            Structure type = structure.fields().get(name);
            if (type == null || !FieldVersions.has(structure.name(), name, minor)) {
                object.remove(name);
                unknown.add(at);
            } else if (!field.getValue().isNull()) {
                JsonNode value = value(field.getValue(), type, structure.name() + "." + name, at);
                boolean none = ((type.form() == Form.LIST || type.form() == Form.MAP) && value.isEmpty())
                        || LeftOut.is(structure.name(), name, value);
                if (none) {
                    object.remove(name); // as Go leaves it out
                } else {
                    object.set(name, value);
                }
            }
        }
    }

    private JsonNode value(JsonNode value, Structure type, String goField, String path) throws DecodingException {
        switch (type.form()) {
            case OBJECT -> object((ObjectNode) expect(value, value.isObject(), goField, type.name()), type, path);
            case LIST -> {
                ArrayNode list = (ArrayNode) expect(value, value.isArray(), goField, "slice");
                for (int i = 0; i < list.size(); i++) {
                    JsonNode item = list.get(i).isNull() ? zero(type.items().form()) : list.get(i);
                    list.set(i, value(item, type.items(), goField, path + "[" + i + "]"));
                }
            }
            case MAP -> {
                ObjectNode map = (ObjectNode) expect(value, value.isObject(), goField, "map");
                for (Map.Entry<String, JsonNode> entry : new ArrayList<>(map.properties())) {
                    JsonNode given =
                            entry.getValue().isNull() ? zero(type.items().form()) : entry.getValue();
                    if (!given.isNull()) {
                        map.set(entry.getKey(), value(given, type.items(), goField, path + "." + entry.getKey()));
                    }
                }
            }
            case STRING -> expect(value, value.isTextual(), goField, "string");
            case INTEGER -> expect(value, value.isIntegralNumber() && value.canConvertToInt(), goField, "int32");
            case LONG -> expect(value, value.isIntegralNumber() && value.canConvertToLong(), goField, "int64");
            case NUMBER -> expect(value, value.isNumber(), goField, "float64");
            case BOOLEAN -> expect(value, value.isBoolean(), goField, "bool");
            case INT_OR_STRING ->
                expect(
                        value,
                        value.isTextual() || (value.isIntegralNumber() && value.canConvertToInt()),
                        goField,
                        "int32");
            case OBJECT_OR_LIST -> {
                // Go looks at the first character, and takes nothing from any other value.
                if (value.isArray()) {
                    for (JsonNode item : value) {
                        value(item, type.items(), goField, path);
                    }
                } else if (value.isObject()) {
                    object((ObjectNode) value, type.items(), path);
                } else {
                    return NullNode.getInstance();
                }
            }
            case OBJECT_OR_BOOLEAN -> {
                if (value.isObject()) {
                    object((ObjectNode) value, type.items(), path);
                } else if (!value.isBoolean()) {
                    throw new DecodingException("boolean or JSON schema expected");
                }
            }
            case TIME ->
                time(expect(value, value.isTextual(), goField, "string").asText());
            case BYTES ->
                bytes(expect(value, value.isTextual(), goField, "[]byte").asText());
            case QUANTITY -> {
                expect(value, value.isTextual() || value.isNumber(), goField, "Quantity");
                if (!QUANTITY.matcher(value.asText()).matches()) {
                    throw new DecodingException("quantities must match the regular expression"
                            + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
                }
                return TextNode.valueOf(value.asText());
            }
            case ANY -> {
                // whatever it is
            }
        }
        return value;
    }

    /** What Go makes of a null in a list or map; null where that is a null as well. */
    private static JsonNode zero(Form form) {
        return switch (form) {
            case OBJECT -> Json.object();
            case STRING, BYTES -> TextNode.valueOf("");
            case QUANTITY -> TextNode.valueOf("0");
            case INTEGER, LONG, NUMBER -> IntNode.valueOf(0);
            case BOOLEAN -> BooleanNode.FALSE;
            default -> NullNode.getInstance();
        };
    }

    private static JsonNode expect(JsonNode value, boolean fits, String goField, String goType)
            throws DecodingException {
        if (!fits) {
            String is = value.getNodeType() == com.fasterxml.jackson.databind.node.JsonNodeType.BOOLEAN
                    ? "bool"
                    : value.getNodeType().name().toLowerCase(Locale.ROOT);
            throw new DecodingException(
                    "json: cannot unmarshal " + is + " into Go struct field " + goField + " of type " + goType);
        }
        return value;
    }

    private static void time(String text) throws DecodingException {
        try {
            var unused = OffsetDateTime.parse(text);
            if (!text.equals(text.toUpperCase(Locale.ROOT))) {
                throw new DateTimeException("a time has capitals");
            }
        } catch (DateTimeException e) {
            throw new DecodingException("parsing time \"" + text
                    + "\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"" + text + "\" as \"2006\"");
        }
    }

    private static void bytes(String text) throws DecodingException {
        try {
            var unused = Base64.getDecoder().decode(text.replace("\n", "").replace("\r", ""));
        } catch (IllegalArgumentException e) {
            throw new DecodingException("illegal base64 data at input byte 0");
        }
    }
}
