package io.calicofleet.model.felix.object;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.math.BigInteger;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object as Go's {@code encoding/json} fills a struct: null and an absent field are the zero value, an unknown field
 * is left out, and a value of another type makes the whole object unreadable. The case of the name of a field counts for
 * nothing; of several the last one wins. What was unreadable is collected.
 */
final class Fields {

    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)");

    private final JsonNode node;
    private final String path;
    private final List<String> problems;

    private Fields(JsonNode node, String path, List<String> problems) {
        this.node = requireNonNull(node, "node");
        this.path = path;
        this.problems = problems;
    }

    static Fields of(JsonNode object, List<String> problems) {
        return new Fields(object, "", problems).checked();
    }

    private Fields checked() {
        if (!node.isObject() && !node.isMissingNode()) {
            refuse("", "an object");
        }
        return this;
    }

    boolean has(String field) {
        return present(field).isPresent();
    }

    Fields object(String field) {
        return new Fields(merged(field), at(field), problems).checked();
    }

    /** Several spellings of an object fill one struct, one after the other. */
    private JsonNode merged(String field) {
        return values(field)
                .reduce((one, other) -> one.isObject() && other.isObject() ? merged(one, other) : other)
                .orElse(Json.object());
    }

    private static JsonNode merged(JsonNode one, JsonNode other) {
        ObjectNode both = one.deepCopy();
        other.properties().forEach(entry -> {
            JsonNode first = both.get(entry.getKey());
            both.set(
                    entry.getKey(),
                    first != null && first.isObject() && entry.getValue().isObject()
                            ? merged(first, entry.getValue())
                            : entry.getValue());
        });
        return both;
    }

    /** The metadata of a resource, all of which has to be read for it to be read (k8s.io/apimachinery, ObjectMeta). */
    Fields metadata() {
        text("kind");
        text("apiVersion");
        Fields metadata = object("metadata");
        Stream.of("name", "generateName", "namespace", "selfLink", "uid", "resourceVersion")
                .forEach(metadata::text);
        Stream.of("generation", "deletionGracePeriodSeconds").forEach(metadata::whole);
        Stream.of("creationTimestamp", "deletionTimestamp").forEach(metadata::time);
        Stream.of("labels", "annotations").forEach(metadata::labels);
        metadata.texts("finalizers");
        metadata.objects("ownerReferences", Fields::owner);
        metadata.objects("managedFields", Fields::manager);
        return metadata;
    }

    private static Fields owner(Fields owner) {
        Stream.of("apiVersion", "kind", "name", "uid").forEach(owner::text);
        Stream.of("controller", "blockOwnerDeletion").forEach(owner::flag);
        return owner;
    }

    private static Fields manager(Fields manager) {
        Stream.of("manager", "operation", "apiVersion", "fieldsType", "subresource")
                .forEach(manager::text);
        manager.time("time");
        return manager;
    }

    /** The object of a field; null where there is none. */
    <T> @Nullable T optional(String field, Function<Fields, T> read) {
        return has(field) ? read.apply(object(field)) : null;
    }

    String text(String field) {
        return set(field)
                .filter(value -> value.isTextual() || refuse(field, "text"))
                .map(JsonNode::asText)
                .orElse("");
    }

    boolean flag(String field) {
        return set(field)
                .filter(value -> value.isBoolean() || refuse(field, "true or false"))
                .map(JsonNode::asBoolean)
                .orElse(false);
    }

    @Nullable
    Integer number(String field) {
        return present(field)
                .filter(value ->
                        (value.isIntegralNumber() && value.canConvertToInt()) || refuse(field, "a whole number"))
                .map(JsonNode::asInt)
                .orElse(null);
    }

    private void whole(String field) {
        set(field)
                .filter(value -> !value.isIntegralNumber() || !value.canConvertToLong())
                .ifPresent(value -> refuse(field, "a whole number"));
    }

    private void time(String field) {
        set(field).filter(value -> !isTime(value)).ifPresent(value -> refuse(field, "a time"));
    }

    private static boolean isTime(JsonNode value) {
        if (!value.isTextual() || !TIME.matcher(value.asText()).matches()) {
            return false;
        }
        try {
            OffsetDateTime.parse(value.asText());
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    @Nullable
    Double decimal(String field) {
        return present(field)
                .filter(value -> value.isNumber() || refuse(field, "a number"))
                .map(JsonNode::asDouble)
                .orElse(null);
    }

    List<String> texts(String field) {
        return list(field, (element, at) -> {
            if (!element.isTextual() && !element.isNull()) {
                problems.add(at + " is no text");
            }
            return element.isTextual() ? element.asText() : "";
        });
    }

    /** A list of texts that not every release looks at: what is another list, or no text in it, is an empty text. */
    List<String> leniently(String field) {
        return present(field)
                .map(value -> value.isArray()
                        ? Json.elements(value)
                                .map(element -> element.isTextual() ? element.asText() : "")
                                .toList()
                        : List.of(""))
                .orElse(List.of());
    }

    <T> List<T> objects(String field, Function<Fields, T> read) {
        return list(
                field,
                (element, at) ->
                        read.apply(new Fields(element.isNull() ? Json.object() : element, at, problems).checked()));
    }

    Map<String, String> labels(String field) {
        Map<String, String> labels = new HashMap<>();
        object(field).node.properties().forEach(label -> {
            if (!label.getValue().isTextual() && !label.getValue().isNull()) {
                refuse(field, "a map of texts");
            }
            labels.put(
                    label.getKey(),
                    label.getValue().isTextual() ? label.getValue().asText() : "");
        });
        return labels;
    }

    @Nullable
    Protocol protocol(String field) {
        JsonNode value = present(field).orElse(null);
        if (value == null) {
            return null;
        }
        Protocol protocol = Protocol.read(value);
        if (protocol == null) {
            refuse(field, "a protocol");
        }
        return protocol;
    }

    List<Port> ports(String field) {
        return list(field, (element, at) -> {
            Port port = Port.read(element);
            if (port == null) {
                problems.add(at + " is no port: " + element);
            }
            return port == null ? new Port(0, 0, "") : port;
        });
    }

    /** A port that is a number; 0 where there is none. */
    int port(String field) {
        return set(field)
                .filter(value -> isUnsigned(value, 0xffff) || refuse(field, "a port"))
                .map(JsonNode::asInt)
                .orElse(0);
    }

    static boolean isUnsigned(JsonNode value, int most) {
        return value.isIntegralNumber()
                && value.bigIntegerValue().signum() >= 0
                && value.bigIntegerValue().compareTo(BigInteger.valueOf(most)) <= 0;
    }

    private <T> List<T> list(String field, BiFunction<JsonNode, String, T> read) {
        JsonNode value = present(field).orElse(null);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            refuse(field, "a list");
            return List.of();
        }
        List<T> elements = new ArrayList<>();
        for (JsonNode element : value) {
            elements.add(read.apply(element, at(field) + "[" + elements.size() + "]"));
        }
        return elements;
    }

    private Optional<JsonNode> present(String field) {
        JsonNode value = null;
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (entry.getKey().equalsIgnoreCase(field)) {
                value = entry.getValue();
            }
        }
        return Optional.ofNullable(Json.present(value));
    }

    /** What is there of a field that is no pointer, list or map in Go, where null leaves what another spelling has set. */
    private Optional<JsonNode> set(String field) {
        return values(field).reduce((one, other) -> other);
    }

    private Stream<JsonNode> values(String field) {
        return node.properties().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(field))
                .map(Map.Entry::getValue)
                .filter(value -> !value.isNull());
    }

    private String at(String field) {
        return path.isEmpty() ? field : field.isEmpty() ? path : path + "." + field;
    }

    private boolean refuse(String field, String wanted) {
        problems.add((at(field).isEmpty() ? "it" : at(field)) + " is not " + wanted);
        return false;
    }
}
