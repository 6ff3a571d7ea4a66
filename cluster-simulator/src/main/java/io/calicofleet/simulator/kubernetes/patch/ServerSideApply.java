package io.calicofleet.simulator.kubernetes.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.TypeInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of server-side apply: merging a configuration into an object, and removing what its owner dropped. */
public final class ServerSideApply {

    private ServerSideApply() {}

    /** The object with the configuration's values. */
    public static JsonNode merge(JsonNode live, JsonNode applied, TypeInfo type) {
        if (applied instanceof ObjectNode config && type.shape() != TypeInfo.Shape.ATOMIC) {
            ObjectNode result = live instanceof ObjectNode there ? Json.shallow(there) : Json.object();
            for (Map.Entry<String, JsonNode> field : config.properties()) {
                String name = field.getKey();
                result.set(name, merge(result.path(name), field.getValue(), type.field(name)));
            }
            return result;
        }
        if (applied instanceof ArrayNode list && type.shape() == TypeInfo.Shape.KEYED_LIST) {
            return mergeItems(live, list, type);
        }
        if (applied instanceof ArrayNode list && type.shape() == TypeInfo.Shape.SET) {
            ArrayNode result = Json.array();
            live.forEach(result::add);
            for (JsonNode item : list) {
                boolean there = false;
                for (JsonNode each : live) {
                    there |= Json.same(each, item);
                }
                if (!there) {
                    result.add(item);
                }
            }
            return result;
        }
        return applied.deepCopy();
    }

    /** Applied items in their order; an item only the object has stays behind the one it stood behind. */
    private static ArrayNode mergeItems(JsonNode live, ArrayNode applied, TypeInfo type) {
        Map<String, JsonNode> there = new LinkedHashMap<>();
        live.forEach(item -> there.put(FieldSet.keyElement(item, type), item));
        List<String> order = new ArrayList<>();
        Map<String, JsonNode> merged = new LinkedHashMap<>();
        for (JsonNode item : applied) {
            String key = FieldSet.keyElement(item, type);
            order.add(key);
            JsonNode old = there.get(key);
            merged.put(key, merge(old == null ? Json.object() : old, item, type.items()));
        }
        int insertAt = 0;
        for (Map.Entry<String, JsonNode> item : there.entrySet()) {
            int at = order.indexOf(item.getKey());
            if (at >= 0) {
                insertAt = at + 1;
            } else {
                order.add(insertAt++, item.getKey());
                merged.put(item.getKey(), item.getValue());
            }
        }
        ArrayNode result = Json.array();
        order.forEach(key -> result.add(merged.get(key)));
        return result;
    }

    /** The object without the fields of a set. */
    public static JsonNode remove(JsonNode object, FieldSet fields, TypeInfo type) {
        JsonNode copy = object.deepCopy();
        List<List<String>> paths = new ArrayList<>();
        fields.forEachMember((path, set) -> paths.add(path));
        // The item of a list before its fields: without its key it could not be told any more.
        paths.sort((a, b) -> a.size() - b.size());
        for (List<String> path : paths) {
            remove(copy, path, type);
        }
        return copy;
    }

    private static void remove(JsonNode node, List<String> path, TypeInfo type) {
        if (path.isEmpty()) {
            return;
        }
        String element = path.get(0);
        List<String> rest = path.subList(1, path.size());
        if (element.startsWith("f:") && node instanceof ObjectNode object) {
            String name = element.substring(2);
            if (rest.isEmpty()) {
                object.remove(name);
            } else if (object.has(name)) {
                JsonNode child = object.get(name);
                remove(child, rest, type.field(name));
                if (child.isContainerNode() && child.isEmpty()) { // as the server's walker leaves none
                    // (structured-merge-diff/typed/remove.go)
                    object.remove(name);
                }
            }
        } else if (node instanceof ArrayNode list) {
            for (int i = list.size() - 1; i >= 0; i--) {
                JsonNode item = list.get(i);
                boolean match = element.startsWith("k:")
                        ? FieldSet.keyElement(item, type).equals(element)
                        : ("v:" + item).equals(element);
                if (match && rest.isEmpty()) {
                    list.remove(i);
                } else if (match) {
                    remove(item, rest, type.items());
                }
            }
        }
    }
}
