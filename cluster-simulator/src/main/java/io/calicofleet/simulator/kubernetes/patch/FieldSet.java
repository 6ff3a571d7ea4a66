package io.calicofleet.simulator.kubernetes.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.TypeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * A set of fields of an object, as managedFields hold it (FieldsV1): a tree of path elements {@code f:name},
 * {@code k:{"key":"value"}} and {@code v:value}; a member that has members below is marked with {@code .}.
 */
public final class FieldSet {

    private final boolean member;
    private final SortedMap<String, FieldSet> children;

    private FieldSet(boolean member, SortedMap<String, FieldSet> children) {
        this.member = member;
        this.children = children;
    }

    /** No fields. */
    public static FieldSet empty() {
        return new FieldSet(false, new TreeMap<>());
    }

    private static FieldSet leaf() {
        return new FieldSet(true, new TreeMap<>());
    }

    /** Reads FieldsV1. */
    public static FieldSet parse(JsonNode fields) {
        return parse(fields, false);
    }

    private static FieldSet parse(JsonNode fields, boolean nested) {
        TreeMap<String, FieldSet> children = new TreeMap<>();
        for (Map.Entry<String, JsonNode> e : fields.properties()) {
            if (!e.getKey().equals(".")) {
                children.put(e.getKey(), parse(e.getValue(), true));
            }
        }
        return new FieldSet(fields.has(".") || (nested && children.isEmpty()), children);
    }

    /** FieldsV1. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        if (member && !children.isEmpty()) {
            json.putObject(".");
        }
        children.forEach((element, set) -> json.set(element, set.toJson()));
        return json;
    }

    /** Whether nothing is in it. */
    public boolean isEmpty() {
        return !member && children.isEmpty();
    }

    /** The fields an applied configuration, or an object, has. */
    public static FieldSet of(JsonNode object, TypeInfo type) {
        TreeMap<String, FieldSet> children = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            children.put("f:" + field.getKey(), ofValue(field.getValue(), type.field(field.getKey())));
        }
        return new FieldSet(false, children);
    }

    private static FieldSet ofValue(JsonNode value, TypeInfo type) {
        if (value instanceof ObjectNode object && type.shape() != TypeInfo.Shape.ATOMIC && !object.isEmpty()) {
            return of(object, type);
        }
        if (value instanceof ArrayNode list && type.shape() == TypeInfo.Shape.KEYED_LIST && !list.isEmpty()) {
            TreeMap<String, FieldSet> children = new TreeMap<>();
            for (JsonNode item : list) {
                children.put(keyElement(item, type), new FieldSet(true, of(item, type.items()).children));
            }
            return new FieldSet(false, children);
        }
        if (value instanceof ArrayNode list && type.shape() == TypeInfo.Shape.SET) {
            TreeMap<String, FieldSet> children = new TreeMap<>();
            list.forEach(item -> children.put("v:" + item, leaf()));
            return new FieldSet(children.isEmpty(), children);
        }
        return leaf();
    }

    static String keyElement(JsonNode item, TypeInfo type) {
        TreeMap<String, JsonNode> keys = new TreeMap<>();
        for (String key : type.applyKeys()) {
            JsonNode value = item.get(key);
            if (value == null) {
                JsonNode standard = type.items().field(key).defaultValue();
                value = standard == null ? Json.text("") : standard;
            }
            keys.put(key, value);
        }
        return "k:" + Json.object().setAll(keys);
    }

    /** The fields whose values differ: what an update changed or added. */
    public static FieldSet changed(JsonNode before, JsonNode after, TypeInfo type) {
        TreeMap<String, FieldSet> children = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : after.properties()) {
            FieldSet changed = changedValue(before.path(field.getKey()), field.getValue(), type.field(field.getKey()));
            if (!changed.isEmpty()) {
                children.put("f:" + field.getKey(), changed);
            }
        }
        return new FieldSet(false, children);
    }

    private static FieldSet changedValue(JsonNode before, JsonNode after, TypeInfo type) {
        if (before.isMissingNode()) {
            return added(after, type);
        }
        if (Json.same(before, after)) {
            return empty();
        }
        if (after.isObject() && before.isObject() && type.shape() != TypeInfo.Shape.ATOMIC) {
            return changed(before, after, type);
        }
        if (after.isArray() && before.isArray() && type.shape() == TypeInfo.Shape.KEYED_LIST) {
            TreeMap<String, FieldSet> children = new TreeMap<>();
            for (JsonNode item : after) {
                JsonNode old = itemOf(before, item, type);
                FieldSet changed = old.isMissingNode()
                        ? new FieldSet(true, added(item, type.items()).children)
                        : changed(old, item, type.items());
                if (!changed.isEmpty()) {
                    children.put(keyElement(item, type), changed);
                }
            }
            return new FieldSet(false, children);
        }
        if (after.isArray() && before.isArray() && type.shape() == TypeInfo.Shape.SET) {
            TreeMap<String, FieldSet> children = new TreeMap<>();
            for (JsonNode item : after) {
                if (before.valueStream().noneMatch(each -> Json.same(each, item))) {
                    children.put("v:" + item, leaf());
                }
            }
            return new FieldSet(false, children);
        }
        return added(after, type);
    }

    /** What an update owns that adds a value: every field of it and, where they are not always there, what holds them. */
    private static FieldSet added(JsonNode value, TypeInfo type) {
        if (value.isNull() && type.alwaysThere()) {
            return empty();
        }
        TreeMap<String, FieldSet> children = new TreeMap<>();
        if (value instanceof ObjectNode object && type.shape() != TypeInfo.Shape.ATOMIC) {
            object.properties()
                    .forEach(e -> children.put("f:" + e.getKey(), added(e.getValue(), type.field(e.getKey()))));
        } else if (value.isArray() && type.shape() == TypeInfo.Shape.KEYED_LIST) {
            for (JsonNode item : value) {
                children.put(keyElement(item, type), new FieldSet(true, added(item, type.items()).children));
            }
        } else if (value.isArray() && type.shape() == TypeInfo.Shape.SET) {
            value.forEach(item -> children.put("v:" + item, leaf()));
        }
        children.values().removeIf(FieldSet::isEmpty);
        return new FieldSet(children.isEmpty() || !type.alwaysThere(), children);
    }

    static JsonNode itemOf(JsonNode list, JsonNode item, TypeInfo type) {
        String element = keyElement(item, type);
        for (JsonNode each : list) {
            if (keyElement(each, type).equals(element)) {
                return each;
            }
        }
        return Json.object().path("missing");
    }

    /** Both. */
    public FieldSet union(FieldSet other) {
        TreeMap<String, FieldSet> all = new TreeMap<>(children);
        other.children.forEach((element, set) -> all.merge(element, set, FieldSet::union));
        return new FieldSet(member || other.member, all);
    }

    /** What is in this and not in the other. */
    public FieldSet minus(FieldSet other) {
        return combine(other, false);
    }

    /** What is in both. */
    public FieldSet intersect(FieldSet other) {
        return combine(other, true);
    }

    private FieldSet combine(FieldSet other, boolean both) {
        TreeMap<String, FieldSet> result = new TreeMap<>();
        children.forEach((element, set) -> {
            FieldSet theirs = other.children.getOrDefault(element, empty());
            FieldSet kept = set.combine(theirs, both);
            if (!kept.isEmpty()) {
                result.put(element, kept);
            }
        });
        return new FieldSet(member && other.member == both, result);
    }

    /** The set without what holds a field of another one. */
    FieldSet notHolding(FieldSet other) {
        TreeMap<String, FieldSet> result = new TreeMap<>();
        children.forEach((element, set) -> {
            FieldSet left = set.notHolding(other.children.getOrDefault(element, empty()));
            if (!left.isEmpty()) {
                result.put(element, left);
            }
        });
        return new FieldSet(member && other.isEmpty(), result);
    }

    /** Whether a path is in it, or something below it. */
    boolean touches(List<String> path) {
        FieldSet at = this;
        for (String element : path) {
            FieldSet next = at.children.get(element);
            if (next == null) {
                return false;
            }
            at = next;
        }
        return true;
    }

    /** Every member with its path. */
    void forEachMember(BiConsumer<List<String>, FieldSet> consumer) {
        forEach(new ArrayList<>(), consumer);
    }

    private void forEach(List<String> path, BiConsumer<List<String>, FieldSet> consumer) {
        if (member) {
            consumer.accept(List.copyOf(path), this);
        }
        children.forEach((element, set) -> {
            path.add(element);
            set.forEach(path, consumer);
            path.remove(path.size() - 1);
        });
    }

    /** The set without what no longer is in the object. */
    FieldSet only(JsonNode object, TypeInfo type) {
        return intersect(everything(object, type));
    }

    /** Every path of an object, inner ones too. */
    private static FieldSet everything(JsonNode value, TypeInfo type) {
        TreeMap<String, FieldSet> children = new TreeMap<>();
        if (value instanceof ObjectNode object && type.shape() != TypeInfo.Shape.ATOMIC) {
            object.properties()
                    .forEach(e -> children.put("f:" + e.getKey(), everything(e.getValue(), type.field(e.getKey()))));
        } else if (value.isArray() && type.shape() == TypeInfo.Shape.KEYED_LIST) {
            value.forEach(item -> children.put(keyElement(item, type), everything(item, type.items())));
        } else if (value.isArray() && type.shape() == TypeInfo.Shape.SET) {
            value.forEach(item -> children.put("v:" + item, leaf()));
        }
        return new FieldSet(true, children);
    }
}
