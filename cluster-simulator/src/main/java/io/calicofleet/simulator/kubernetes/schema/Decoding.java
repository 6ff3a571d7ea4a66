package io.calicofleet.simulator.kubernetes.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Resources;
import io.calicofleet.simulator.kubernetes.schema.Structure.Form;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads an object into its type as the API server does: fields it does not know go, values of a wrong type are refused. */
public final class Decoding {

    private static final Pattern QUANTITY =
            Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\\d+)?");

    private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789=\r\n";

    /** The ways of a probe. */
    private static final Set<String> PROBES = Set.of("exec", "httpGet", "tcpSocket", "grpc");

    /** Times to the microsecond. */
    private static final Set<String> MICRO_TIMES = Set.of("renewTime", "acquireTime", "eventTime", "lastObservedTime");

    /** What Go calls the types of texts, by structure and field. */
    private static final Map<String, String> TEXTS = texts();

    private final int minor;
    private final List<String> unknown = new ArrayList<>();

    /** The structures within a structure that Go has a field in, each with a dot behind it. */
    private static String embedding(String structure, String field) {
        return switch (structure) {
            case "Probe" -> PROBES.contains(field) ? "ProbeHandler." : "";
            case "Volume" -> field.equals("name") ? "" : "VolumeSource.";
            case "RuleWithOperations" -> field.equals("operations") ? "" : "Rule.";
            case "NamedRuleWithOperations" ->
                field.equals("operations")
                        ? "RuleWithOperations."
                        : field.equals("resourceNames") ? "" : "RuleWithOperations.Rule.";
            case "ConfigMapEnvSource", "SecretEnvSource", "ConfigMapKeySelector", "SecretKeySelector" ->
                field.equals("name") ? "LocalObjectReference." : "";
            case "ConfigMapVolumeSource", "ConfigMapProjection", "SecretProjection" ->
                field.equals("name") ? "LocalObjectReference." : "";
            default -> "";
        };
    }

    private static Map<String, String> texts() {
        Map<String, String> types = new HashMap<>();
        Resources.text("text-types.txt")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" ", -1))
                .forEach(words -> Arrays.stream(words).skip(1).forEach(field -> types.put(field, words[0])));
        return Map.copyOf(types);
    }

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
        decoding.object(object, structure, "", "");
        return decoding.unknown;
    }

    /**
     * Reads the fields of an object.
     *
     * @param path where it is
     * @param goPath the same as Go tells it, by fields alone
     */
    private void object(ObjectNode object, Structure structure, String path, String goPath) throws DecodingException {
        for (Map.Entry<String, JsonNode> field : new ArrayList<>(object.properties())) {
            String name = field.getKey();
            String at = path.isEmpty() ? name : path + "." + name;
            Structure type = structure.fields().get(name);
            if (type == null || !FieldVersions.has(structure.name(), name, minor)) {
                object.remove(name);
                unknown.add(at);
            } else if (!field.getValue().isNull()) {
                String inside = embedding(structure.name(), name) + name;
                String goAt = goPath.isEmpty() ? inside : goPath + "." + inside;
                JsonNode value = value(field.getValue(), type, new GoField(structure.name(), name, goAt), at);
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

    /**
     * A field as Go tells it.
     *
     * @param structure the name of its structure
     * @param name its name
     * @param path the names of the fields down to it
     */
    private record GoField(String structure, String name, String path) {

        /** What Go calls the type of its texts. */
        String texts() {
            return TEXTS.getOrDefault(structure + "." + name, "string");
        }
    }

    private JsonNode value(JsonNode value, Structure type, GoField field, String path) throws DecodingException {
        switch (type.form()) {
            case OBJECT ->
                object(
                        (ObjectNode) expect(value, value.isObject(), field, goType(type, field)),
                        type,
                        path,
                        field.path());
            case LIST -> {
                ArrayNode list = (ArrayNode) expect(value, value.isArray(), field, goType(type, field));
                for (int i = 0; i < list.size(); i++) {
                    JsonNode item = list.get(i).isNull() ? zero(type.items().form()) : list.get(i);
                    list.set(i, value(item, type.items(), field, path + "[" + i + "]"));
                }
            }
            case MAP -> {
                ObjectNode map = (ObjectNode) expect(value, value.isObject(), field, goType(type, field));
                for (Map.Entry<String, JsonNode> entry : new ArrayList<>(map.properties())) {
                    JsonNode given =
                            entry.getValue().isNull() ? zero(type.items().form()) : entry.getValue();
                    if (!given.isNull()) {
                        map.set(entry.getKey(), value(given, type.items(), field, path + "." + entry.getKey()));
                    }
                }
            }
            case STRING -> expect(value, value.isTextual(), field, goType(type, field));
            case INTEGER -> expect(value, value.isIntegralNumber() && value.canConvertToInt(), field, "int32");
            case LONG -> expect(value, value.isIntegralNumber() && value.canConvertToLong(), field, "int64");
            case NUMBER -> expect(value, value.isNumber(), field, "float64");
            case BOOLEAN -> expect(value, value.isBoolean(), field, "bool");
            case INT_OR_STRING ->
                expect(
                        value,
                        value.isTextual() || (value.isIntegralNumber() && value.canConvertToInt()),
                        field,
                        "int32");
            case OBJECT_OR_LIST -> {
                // Go looks at the first character, and takes nothing from any other value.
                if (value.isArray()) {
                    for (JsonNode item : value) {
                        value(item, type.items(), field, path);
                    }
                } else if (value.isObject()) {
                    object((ObjectNode) value, type.items(), path, field.path());
                } else {
                    return NullNode.getInstance();
                }
            }
            case OBJECT_OR_BOOLEAN -> {
                if (value.isObject()) {
                    object((ObjectNode) value, type.items(), path, field.path());
                } else if (!value.isBoolean()) {
                    throw new DecodingException("boolean or JSON schema expected");
                }
            }
            case TIME ->
                time(expect(value, value.isTextual(), field, "string").asText(), MICRO_TIMES.contains(field.name()));
            case BYTES ->
                bytes(expect(value, value.isTextual(), field, "[]uint8").asText());
            case QUANTITY -> {
                expect(value, value.isTextual() || value.isNumber(), field, "Quantity");
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

    /** What Go calls the type of a value. */
    private static String goType(Structure type, GoField field) {
        return switch (type.form()) {
            case OBJECT, OBJECT_OR_LIST, OBJECT_OR_BOOLEAN -> "v1." + type.name();
            case LIST -> "[]" + goType(type.items(), field);
            case MAP ->
                type.items().form() == Form.QUANTITY ? "v1.ResourceList" : "map[string]" + goType(type.items(), field);
            case BYTES -> "[]uint8";
            case STRING -> field.texts();
            case ANY -> "v1.JSON";
            default -> "string";
        };
    }

    private static JsonNode expect(JsonNode value, boolean fits, GoField field, String goType)
            throws DecodingException {
        if (!fits) {
            String is = value.isBoolean() ? "bool" : value.getNodeType().name().toLowerCase(Locale.ROOT);
            String which = value.isNumber() && goType.startsWith("int") ? " " + value : ""; // which does not fit in
            throw new DecodingException("json: cannot unmarshal " + is + which + " into Go struct field "
                    + field.structure() + "." + field.path() + " of type " + goType);
        }
        return value;
    }

    private static void time(String text, boolean micro) throws DecodingException {
        try {
            var unused = OffsetDateTime.parse(text);
            if (!text.equals(text.toUpperCase(Locale.ROOT))) {
                throw new DateTimeException("a time has capitals");
            }
        } catch (DateTimeException e) {
            throw new DecodingException("parsing time \"" + text + "\" as \"2006-01-02T15:04:05"
                    + (micro ? ".000000" : "") + "Z07:00\": cannot parse \"" + text + "\" as \"2006\"");
        }
    }

    private static void bytes(String text) throws DecodingException {
        try {
            var unused = Base64.getDecoder().decode(text.replace("\n", "").replace("\r", ""));
        } catch (IllegalArgumentException e) {
            throw new DecodingException("illegal base64 data at input byte " + firstWrong(text, false));
        }
    }

    /**
     * Where Go finds that a text is no base64: at the first other character, or at the end of what it could read.
     *
     * @param url whether it is that of URLs
     */
    public static int firstWrong(String text, boolean url) {
        String alphabet = BASE64 + (url ? "-_" : "+/");
        int at = 0;
        while (at < text.length() && alphabet.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? at : text.length() / 4 * 4;
    }
}
