package io.calicofleet.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A few words for JSON trees. A field that is null counts as absent everywhere, as it does for Kubernetes. */
public final class Json {

    /** Makes nodes. */
    public static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final JsonMapper SORTED = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private Json() {}

    /** What any parser makes of a document, Map, List, String, Number, Boolean or null, as JSON; fields in the order of the alphabet. */
    public static String written(@Nullable Object tree) {
        return SORTED.valueToTree(tree).toString();
    }

    /** An empty object. */
    public static ObjectNode object() {
        return NODES.objectNode();
    }

    /** The field of an object; null where there is none, or where {@code node} is no object. */
    public static @Nullable JsonNode get(@Nullable JsonNode node, String field) {
        return node == null ? null : present(node.get(field));
    }

    /** The node itself; null where it is missing or the null of JSON. */
    public static @Nullable JsonNode present(@Nullable JsonNode node) {
        return node == null || node.isNull() || node.isMissingNode() ? null : node;
    }

    /** The object inside an object; it is made where there is none. */
    public static ObjectNode child(ObjectNode parent, String field) {
        return parent.get(field) instanceof ObjectNode child ? child : parent.putObject(field);
    }

    /** The text of a field; empty where there is none. */
    public static String text(@Nullable JsonNode node, String field) {
        JsonNode value = get(node, field);
        return value == null ? "" : value.asText();
    }

    /** The elements of a list; none where the node is no list. */
    public static Stream<JsonNode> elements(@Nullable JsonNode list) {
        return list == null || !list.isArray() ? Stream.of() : StreamSupport.stream(list.spliterator(), false);
    }

    /** The elements of a list as text. */
    public static List<String> texts(@Nullable JsonNode list) {
        return elements(list).map(JsonNode::asText).toList();
    }

    /** The names of the fields of all these objects, in the order they are met. */
    public static Set<String> names(@Nullable JsonNode... objects) {
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode object : objects) {
            if (object != null) {
                object.fieldNames().forEachRemaining(names::add);
            }
        }
        return names;
    }
}
