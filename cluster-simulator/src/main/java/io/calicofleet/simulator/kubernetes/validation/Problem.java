package io.calicofleet.simulator.kubernetes.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One thing that is wrong with an object.
 *
 * @param reason the cause's reason, such as FieldValueInvalid
 * @param field the path of the field
 * @param message what is wrong
 */
public record Problem(String reason, String field, String message) {

    /** The n of Kubernetes 1.n from which values are printed as JSON (apimachinery/pkg/util/validation/field/errors.go). */
    public static final int SHOWS_JSON = 34;

    /** A value that is not allowed. */
    public static Problem invalid(String field, JsonNode value, String why) {
        return new Problem("FieldValueInvalid", field, "Invalid value: " + shown(value) + ": " + why);
    }

    /** A map of texts that is not allowed, as servers of Kubernetes 1.{@code minor} print it. */
    static Problem invalidMap(String field, JsonNode value, int minor, String why) {
        String text = minor < SHOWS_JSON && value.isObject() ? strings(value) : shown(value);
        return new Problem("FieldValueInvalid", field, "Invalid value: " + text + ": " + why);
    }

    /** A text that is not allowed. */
    public static Problem invalid(String field, String value, String why) {
        return invalid(field, Json.text(value), why);
    }

    /** A value that is missing. */
    public static Problem required(String field, String why) {
        return new Problem("FieldValueRequired", field, "Required value" + (why.isEmpty() ? "" : ": " + why));
    }

    /** A value that may not be there. */
    public static Problem forbidden(String field, String why) {
        return new Problem("FieldValueForbidden", field, "Forbidden: " + why);
    }

    /** A value that is none of those there are. */
    public static Problem notSupported(String field, JsonNode value, List<String> supported) {
        return new Problem(
                "FieldValueNotSupported",
                field,
                "Unsupported value: " + shown(value) + ": supported values: "
                        + supported.stream().map(each -> "\"" + each + "\"").collect(Collectors.joining(", ")));
    }

    /** A value that is there already. */
    public static Problem duplicate(String field, JsonNode value) {
        return new Problem("FieldValueDuplicate", field, "Duplicate value: " + shown(value));
    }

    /** A value that names what is not there. */
    public static Problem notFound(String field, JsonNode value) {
        return new Problem("FieldValueNotFound", field, "Not found: " + shown(value));
    }

    /** A value that is too long. */
    public static Problem tooLong(String field, int bytes, int minor) {
        String how = minor >= SHOWS_JSON ? "may not be more than " : "must have at most ";
        return new Problem("FieldValueTooLong", field, "Too long: " + how + bytes + " bytes");
    }

    /** The value as JSON, which is how Go prints texts and numbers, and newer servers all else. */
    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "null" : value.toString();
    }

    /** A map of texts as Go prints it. */
    private static String strings(JsonNode value) {
        TreeMap<String, String> sorted = new TreeMap<>();
        value.properties().forEach(e -> sorted.put(e.getKey(), e.getValue().toString()));
        return sorted.entrySet().stream()
                .map(e -> Json.text(e.getKey()) + ":" + e.getValue())
                .collect(Collectors.joining(", ", "map[string]string{", "}"));
    }

    /**
     * A value as servers that print JSON show it where its type inside the server has no names for JSON: those of Go.
     *
     * @param fields the fields of the type in Go, in their order
     */
    public static JsonNode internal(JsonNode value, int minor, String... fields) {
        if (minor < SHOWS_JSON || !value.isObject()) {
            return value;
        }
        ObjectNode shown = Json.object();
        for (String field : fields) {
            shown.putNull(field);
            value.properties().stream()
                    .filter(each -> each.getKey().equalsIgnoreCase(field))
                    .forEach(each -> shown.set(field, each.getValue()));
        }
        return shown;
    }

    /** Field and message. */
    public String text() {
        return field + ": " + message;
    }
}
