package io.calicofleet.simulator.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.calicofleet.model.document.KubernetesYaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reading, writing and walking JSON trees. */
public final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final ObjectReader WHOLE = MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .build());

    private Json() {}

    /** A new, empty object. */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** A new, empty list. */
    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** Reads one JSON document. */
    public static JsonNode read(byte[] bytes) throws IOException {
        return MAPPER.readTree(bytes);
    }

    /** A JSON document that nothing follows. */
    public static JsonNode readWhole(byte[] bytes) throws IOException {
        return WHOLE.readTree(bytes);
    }

    /** The paths of the fields that are twice in an object of a JSON document; none where it is no JSON. */
    public static List<String> duplicates(byte[] bytes) {
        List<String> twice = new ArrayList<>();
        try (JsonParser parser = MAPPER.createParser(bytes)) {
            Deque<Set<String>> seen = new ArrayDeque<>();
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.START_OBJECT) {
                    seen.push(new HashSet<>());
                } else if (token == JsonToken.END_OBJECT) {
                    seen.pop();
                } else if (token == JsonToken.FIELD_NAME && !seen.element().add(parser.currentName())) {
                    twice.add(path(parser.getParsingContext()));
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return twice;
    }

    private static String path(JsonStreamContext context) {
        JsonStreamContext parent = context.getParent();
        String before = parent == null || parent.inRoot() ? "" : path(parent);
        if (context.inArray()) {
            return before + "[" + context.getCurrentIndex() + "]";
        }
        return before.isEmpty() ? context.getCurrentName() : before + "." + context.getCurrentName();
    }

    /** Reads one JSON document that is known to be right. */
    public static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Compact JSON. */
    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compact JSON. */
    public static String string(JsonNode node) {
        return node.toString();
    }

    /** JSON with the fields of every object in the order of their names, as Go writes maps. */
    public static String sorted(JsonNode node) {
        return sort(node).toString();
    }

    private static JsonNode sort(JsonNode node) {
        if (node instanceof ObjectNode object) {
            Map<String, JsonNode> fields = new TreeMap<>();
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                fields.put(field.getKey(), sort(field.getValue()));
            }
            return object().setAll(fields);
        }
        if (node instanceof ArrayNode list) {
            ArrayNode sorted = array();
            list.forEach(item -> sorted.add(sort(item)));
            return sorted;
        }
        return node;
    }

    /**
     * The objects in the YAML documents of a text, as kubectl reads them; empty ones are left out.
     *
     * @throws IllegalArgumentException where it is no YAML, with the line
     */
    public static List<JsonNode> yamlDocuments(String yaml) {
        List<JsonNode> documents = new ArrayList<>();
        try {
            for (JsonNode next : KubernetesYaml.read(yaml)) {
                if (next.isObject() && !next.isEmpty()) {
                    documents.add(next);
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not YAML: " + e.getMessage(), e);
        }
        return documents;
    }

    /**
     * The first document of a text as an API server reads it: null where there is none.
     *
     * @throws IOException where it is no YAML, with the line
     */
    public static JsonNode yaml(byte[] text) throws IOException {
        return KubernetesYaml.read(new String(text, StandardCharsets.UTF_8)).stream()
                .findFirst()
                .orElse(NullNode.getInstance());
    }

    /** The node as YAML. */
    public static String yaml(JsonNode node) {
        try {
            return YAML.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is at a path of field names; a missing node where there is nothing. */
    public static JsonNode at(JsonNode node, String... path) {
        JsonNode at = node;
        for (String name : path) {
            at = at.path(name);
        }
        return at;
    }

    /** The text at a path; empty where there is none. */
    public static String text(JsonNode node, String... path) {
        return at(node, path).asText("");
    }

    /** The object under a name, made where it is missing or not an object. */
    public static ObjectNode child(ObjectNode node, String name) {
        if (node.get(name) instanceof ObjectNode child) {
            return child;
        }
        return node.putObject(name);
    }

    /** The list under a name, made where it is missing or not a list. */
    public static ArrayNode list(ObjectNode node, String name) {
        if (node.get(name) instanceof ArrayNode child) {
            return child;
        }
        return node.putArray(name);
    }

    /** A copy of the object's own level; what is below is shared. */
    public static ObjectNode shallow(ObjectNode node) {
        return object().setAll(node);
    }

    /** Removes fields that are null, at every level; nulls in lists stay. */
    public static void pruneNulls(JsonNode node) {
        pruneNulls(node, Set.of());
    }

    /** The same, but for what is below fields of some names. */
    public static void pruneNulls(JsonNode node, Set<String> kept) {
        if (node instanceof ObjectNode object) {
            object.properties().removeIf(field -> field.getValue().isNull());
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                if (!kept.contains(field.getKey())) {
                    pruneNulls(field.getValue(), kept);
                }
            }
        } else if (node instanceof ArrayNode list) {
            list.forEach(each -> pruneNulls(each, kept));
        }
    }

    /** Whether two trees mean the same; 1 and 1.0 do. */
    public static boolean same(JsonNode left, JsonNode right) {
        if (left.isNumber() && right.isNumber()) {
            return left.decimalValue().compareTo(right.decimalValue()) == 0;
        }
        if (left instanceof ObjectNode leftObject && right instanceof ObjectNode) {
            if (left.size() != right.size()) {
                return false;
            }
            for (Map.Entry<String, JsonNode> field : leftObject.properties()) {
                JsonNode other = right.get(field.getKey());
                if (other == null || !same(field.getValue(), other)) {
                    return false;
                }
            }
            return true;
        }
        if (left.isArray() && right.isArray()) {
            if (left.size() != right.size()) {
                return false;
            }
            for (int i = 0; i < left.size(); i++) {
                if (!same(left.get(i), right.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return left.equals(right);
    }

    /** A text as a node. */
    public static JsonNode text(String text) {
        return TextNode.valueOf(text);
    }
}
