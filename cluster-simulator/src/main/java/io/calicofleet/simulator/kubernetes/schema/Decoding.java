package io.calicofleet.simulator.kubernetes.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
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
                boolean none = (type.form() == Form.LIST || type.form() == Form.MAP) && value.isEmpty();
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
                    list.set(i, value(list.get(i), type.items(), goField, path + "[" + i + "]"));
                }
            }
            case MAP -> {
                ObjectNode map = (ObjectNode) expect(value, value.isObject(), goField, "map");
                for (Map.Entry<String, JsonNode> entry : new ArrayList<>(map.properties())) {
                    if (entry.getValue().isNull() && type.items().form() == Form.STRING) {
                        map.put(entry.getKey(), "");
                    } else if (!entry.getValue().isNull()) {
                        map.set(
                                entry.getKey(),
                                value(entry.getValue(), type.items(), goField, path + "." + entry.getKey()));
                    }
                }
            }
            case STRING -> expect(value, value.isTextual(), goField, "string");
            case INTEGER -> expect(value, value.isIntegralNumber(), goField, "int32");
            case NUMBER -> expect(value, value.isNumber(), goField, "float64");
            case BOOLEAN -> expect(value, value.isBoolean(), goField, "bool");
            case INT_OR_STRING -> expect(value, value.isTextual() || value.isIntegralNumber(), goField, "intstr");
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
