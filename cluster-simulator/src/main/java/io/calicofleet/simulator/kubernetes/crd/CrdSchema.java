package io.calicofleet.simulator.kubernetes.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.kubernetes.resource.TypeCatalog;
import io.calicofleet.simulator.kubernetes.resource.TypeInfo;
import io.calicofleet.simulator.kubernetes.validation.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a structural schema does to custom objects: pruning, defaulting, merge rules. */
public final class CrdSchema {

    private static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";

    /** What a schema says nothing of is owned as a whole. */
    private static final TypeInfo ATOMIC = new TypeInfo(TypeInfo.Shape.ATOMIC, null, List.of(), List.of(), false, null);

    /** From here on what a schema leaves open is owned field by field, on all levels. */
    private static final int DEDUCES = 27;
    /** Maps field by field, lists as a whole. */
    private static final TypeInfo DEDUCED = TypeInfo.ANY;

    private CrdSchema() {}

    /** Removes fields the schema does not name; apiVersion, kind and metadata stay. Returns their paths. */
    public static List<String> prune(ObjectNode object, JsonNode schema) {
        List<String> pruned = new ArrayList<>();
        for (String name : names(object)) {
            if (List.of("apiVersion", "kind", "metadata").contains(name)) {
                continue;
            }
            JsonNode property = schema.path("properties").path(name);
            if (property.isMissingNode()) {
                if (!schema.path(PRESERVE).asBoolean()) {
                    object.remove(name);
                    pruned.add(name);
                }
            } else {
                prune(object.get(name), property, name, pruned);
            }
        }
        return pruned;
    }

    /** Removes fields the schema does not name from a value inside an object. Returns their paths. */
    static List<String> pruned(JsonNode value, JsonNode schema) {
        List<String> pruned = new ArrayList<>();
        prune(value, schema, "", pruned);
        return pruned;
    }

    private static List<String> names(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void prune(JsonNode value, JsonNode schema, String path, List<String> pruned) {
        if (value instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                prune(list.get(i), schema.path("items"), path + "[" + i + "]", pruned);
            }
        } else if (value instanceof ObjectNode object) {
            JsonNode additional = schema.path("additionalProperties");
            boolean open = schema.path(PRESERVE).asBoolean() || additional.asBoolean();
            for (String name : names(object)) {
                JsonNode property = schema.path("properties").path(name);
                if (!property.isMissingNode()) {
                    prune(object.get(name), property, path + "." + name, pruned);
                } else if (additional.isObject()) {
                    prune(object.get(name), additional, path + "." + name, pruned);
                } else if (!open) {
                    object.remove(name);
                    pruned.add(path + "." + name);
                }
            }
        }
    }

    /** Sets the schema's defaults where fields are missing, or null where the schema has no null. */
    public static void defaults(JsonNode value, JsonNode schema) {
        if (value instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> property :
                    schema.path("properties").properties()) {
                JsonNode standard = property.getValue().get("default");
                if (object.path(property.getKey()).isNull()
                        && !property.getValue().path("nullable").asBoolean()) {
                    object.remove(property.getKey());
                }
                if (standard != null && !object.has(property.getKey())) {
                    object.set(property.getKey(), standard.deepCopy());
                }
                defaults(object.path(property.getKey()), property.getValue());
            }
            JsonNode additional = schema.path("additionalProperties");
            if (additional.isObject()) {
                for (String name : names(object)) {
                    if (schema.path("properties").has(name)) {
                        continue;
                    }
                    if (object.path(name).isNull()
                            && !additional.path("nullable").asBoolean()) {
                        object.remove(name);
                    } else {
                        defaults(object.path(name), additional);
                    }
                }
            }
        } else if (value instanceof ArrayNode list) {
            list.forEach(item -> defaults(item, schema.path("items")));
        }
    }

    /**
     * What is wrong with a value by its schema.
     *
     * @param path where the value is; empty for a whole object
     * @param minor the n of Kubernetes 1.n, which decides how exactly it is told
     */
    public static List<Problem> validate(JsonNode value, JsonNode schema, String path, int minor) {
        List<Problem> problems = new ArrayList<>();
        new SchemaValidation(problems, minor).check(value, schema, path);
        return problems;
    }

    static boolean isOf(JsonNode value, String type) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "integer" ->
                value.isIntegralNumber() ? value.canConvertToLong() : value.isNumber() && isWhole(value.asDouble());
            case "number" -> value.isNumber();
            case "" -> true;
            default -> false;
        };
    }

    /** Whether a number is an integer in JSON, as JavaScript has them. */
    private static boolean isWhole(double number) {
        return number % 1 == 0 && Math.abs(number) < 1L << 53;
    }

    /** Writes numbers like 2.0 as Go does: 2. */
    public static void wholeNumbers(JsonNode value) {
        if (value instanceof ObjectNode object) {
            object.properties().forEach(field -> {
                if (field.getValue().isFloatingPointNumber()
                        && isWhole(field.getValue().asDouble())) {
                    field.setValue(LongNode.valueOf(field.getValue().asLong()));
                } else {
                    wholeNumbers(field.getValue());
                }
            });
        } else if (value instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i).isFloatingPointNumber() && isWhole(list.get(i).asDouble())) {
                    list.set(i, LongNode.valueOf(list.get(i).asLong()));
                } else {
                    wholeNumbers(list.get(i));
                }
            }
        }
    }

    /** The schema's merge rules: x-kubernetes-list-type, -list-map-keys and -map-type; on Kubernetes 1.{@code minor}. */
    public static TypeInfo typeInfo(JsonNode schema, int minor) {
        TypeInfo root = info(schema, minor >= DEDUCES ? DEDUCED : ATOMIC);
        root.define("metadata", TypeCatalog.ofKind("ObjectMeta").asAlwaysThere());
        return root;
    }

    private static TypeInfo info(JsonNode schema, TypeInfo open) {
        boolean atomicMap = schema.path("x-kubernetes-map-type").asText().equals("atomic");
        String list = schema.path("x-kubernetes-list-type").asText("");
        List<String> keys = new ArrayList<>();
        schema.path("x-kubernetes-list-map-keys").forEach(key -> keys.add(key.asText()));
        TypeInfo.Shape shape = switch (list) {
            case "map" -> TypeInfo.Shape.KEYED_LIST;
            case "set" -> TypeInfo.Shape.SET;
            case "atomic" -> TypeInfo.Shape.ATOMIC;
            default -> atomicMap ? TypeInfo.Shape.ATOMIC : TypeInfo.Shape.GRANULAR;
        };
        JsonNode below = schema.has("items") ? schema.get("items") : schema.path("additionalProperties");
        TypeInfo unknown = schema.path(PRESERVE).asBoolean() ? open : null;
        TypeInfo info = new TypeInfo(
                shape, below.isObject() ? info(below, open) : unknown, keys, List.of(), false, schema.get("default"));
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            info.define(property.getKey(), info(property.getValue(), open));
        }
        return info;
    }
}
