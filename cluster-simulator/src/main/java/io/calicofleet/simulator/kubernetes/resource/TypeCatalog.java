package io.calicofleet.simulator.kubernetes.resource;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Resources;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The built-in types' merge rules and simple defaults, read from {@code built-in-types.yaml}. */
public final class TypeCatalog {

    private static final Map<String, TypeInfo> TYPES = read();

    private TypeCatalog() {}

    /** The type of a kind's objects; one of which only the metadata is known for other kinds. */
    public static TypeInfo ofKind(String kind) {
        return TYPES.getOrDefault(kind, named(TYPES, "Other"));
    }

    private static Map<String, TypeInfo> read() {
        JsonNode source =
                Json.yamlDocuments(Resources.text("built-in-types.yaml")).get(0);
        Map<String, TypeInfo> types = new HashMap<>();
        types.put("Any", TypeInfo.ANY);
        for (Map.Entry<String, JsonNode> type : source.properties()) {
            boolean atomic = type.getValue().has("$atomic");
            boolean retain = type.getValue().has("$retain");
            types.put(
                    type.getKey(),
                    new TypeInfo(
                            atomic ? TypeInfo.Shape.ATOMIC : TypeInfo.Shape.GRANULAR,
                            null,
                            List.of(),
                            List.of(),
                            retain,
                            null));
        }
        for (Map.Entry<String, JsonNode> type : source.properties()) {
            for (Map.Entry<String, JsonNode> field : type.getValue().properties()) {
                if (!field.getKey().startsWith("$")) {
                    named(types, type.getKey())
                            .define(
                                    field.getKey(),
                                    field(types, field.getValue().asText()));
                }
            }
        }
        return Map.copyOf(types);
    }

    private static TypeInfo named(Map<String, TypeInfo> types, String name) {
        TypeInfo type = types.get(name);
        if (type == null) {
            throw new IllegalStateException("built-in-types.yaml names a type it does not define: " + name);
        }
        return type;
    }

    private static TypeInfo field(Map<String, TypeInfo> types, String text) {
        int equals = text.indexOf("= ");
        JsonNode value = equals < 0 ? null : Json.parse(text.substring(equals + 2));
        String rest = (equals < 0 ? text : text.substring(0, equals)).trim();
        if (rest.endsWith("!")) {
            String type = rest.substring(0, rest.length() - 1).trim();
            return field(types, equals < 0 ? type : type + " " + text.substring(equals))
                    .asAlwaysThere();
        }
        if (text.startsWith("list ")) {
            return list(types, text);
        }
        return switch (rest) {
            case "" -> leaf(TypeInfo.Shape.GRANULAR, value);
            case "set" -> leaf(TypeInfo.Shape.SET, value);
            case "atomic" -> leaf(TypeInfo.Shape.ATOMIC, value);
            default -> named(types, rest).withDefault(value);
        };
    }

    private static TypeInfo leaf(TypeInfo.Shape shape, @Nullable JsonNode value) {
        return new TypeInfo(shape, null, List.of(), List.of(), false, value);
    }

    private static TypeInfo list(Map<String, TypeInfo> types, String text) {
        List<String> keys = List.of();
        List<String> applyKeys = List.of();
        String[] words = text.split(" ", -1);
        for (String word : words) {
            if (word.startsWith("key=")) {
                keys = List.of(word.substring(4).split(",", -1));
            } else if (word.startsWith("ssa=")) {
                applyKeys = List.of(word.substring(4).split(",", -1));
            }
        }
        return new TypeInfo(
                TypeInfo.Shape.KEYED_LIST, named(types, words[1]), keys, applyKeys, text.endsWith(" retain"), null);
    }
}
