package io.calicofleet.simulator.kubernetes.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.TypeInfo;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Strategic merge patch: objects merge field by field, lists with a merge key item by item, others are replaced.
 * Directives: {@code $patch} (replace, delete, merge), {@code $retainKeys}, {@code $setElementOrder/<list>},
 * {@code $deleteFromPrimitiveList/<list>}.
 */
public final class StrategicMergePatch {

    private static final String DIRECTIVE = "$patch";
    private static final String RETAIN = "$retainKeys";
    private static final String ORDER = "$setElementOrder/";
    private static final String DELETE = "$deleteFromPrimitiveList/";

    private StrategicMergePatch() {}

    /** The patched tree; the target is not changed. */
    public static JsonNode apply(JsonNode target, JsonNode patch, TypeInfo type) throws PatchException {
        if (!(patch instanceof ObjectNode changes)) {
            throw new PatchException("a strategic merge patch is an object");
        }
        return object(target, changes, type);
    }

    private static ObjectNode object(JsonNode target, ObjectNode patch, TypeInfo type) throws PatchException {
        String directive = patch.path(DIRECTIVE).asText("");
        if (!List.of("", "delete", "merge", "replace").contains(directive)) {
            throw new PatchException("unknown patch type: " + directive + " in map: " + GoText.of(patch));
        }
        if (directive.equals("delete")) {
            return Json.object();
        }
        if (directive.equals("replace")) {
            return clean(patch);
        }
        ObjectNode result = target instanceof ObjectNode there ? Json.shallow(there) : Json.object();
        retain(result, patch);
        for (Map.Entry<String, JsonNode> change : patch.properties()) {
            String name = change.getKey();
            if (name.startsWith(DELETE)) {
                String list = name.substring(DELETE.length());
                result.set(list, without(result.path(list), change.getValue()));
            } else if (!name.startsWith("$")) {
                field(result, name, change.getValue(), type.field(name), patch.get(ORDER + name));
            }
        }
        for (Map.Entry<String, JsonNode> change : patch.properties()) {
            if (change.getKey().startsWith(ORDER)) {
                String list = change.getKey().substring(ORDER.length());
                if (!patch.has(list) && result.get(list) instanceof ArrayNode there) {
                    result.set(list, order(there, change.getValue(), there, type.field(list)));
                }
            }
        }
        return result;
    }

    private static void retain(ObjectNode result, ObjectNode patch) throws PatchException {
        JsonNode retained = patch.path(RETAIN);
        if (retained.isMissingNode()) {
            return;
        }
        Set<String> names = new LinkedHashSet<>();
        retained.forEach(name -> names.add(name.asText()));
        boolean others = patch.properties().stream()
                .map(Map.Entry::getKey)
                .anyMatch(field -> !field.startsWith("$") && !names.contains(field));
        if (!retained.isArray() || others) {
            throw PatchException.ofForm("invalid patch format of retainKeys");
        }
        result.retain(names);
    }

    private static void field(ObjectNode result, String name, JsonNode change, TypeInfo type, @Nullable JsonNode order)
            throws PatchException {
        if (change.isNull()) {
            result.remove(name);
        } else if (change instanceof ObjectNode changes) {
            if (changes.path(DIRECTIVE).asText("").equals("delete")) {
                result.remove(name);
            } else {
                result.set(name, object(result.path(name), changes, type));
            }
        } else if (change instanceof ArrayNode changes && type.shape() == TypeInfo.Shape.KEYED_LIST) {
            ArrayNode merged = keyed(result.path(name), changes, type);
            result.set(name, order(merged, order == null ? changes : order, result.path(name), type));
        } else if (change instanceof ArrayNode changes && type.shape() == TypeInfo.Shape.SET) {
            ArrayNode merged = union(result.path(name), changes);
            result.set(name, order(merged, order == null ? changes : order, result.path(name), type));
        } else {
            result.set(name, change.deepCopy());
        }
    }

    private static ArrayNode keyed(JsonNode target, ArrayNode patch, TypeInfo type) throws PatchException {
        String key = type.key();
        for (JsonNode item : patch) {
            if (item.path(DIRECTIVE).asText("").equals("replace") && !item.has(key)) {
                ArrayNode replaced = Json.array();
                patch.forEach(each -> {
                    if (each.has(key)) {
                        replaced.add(clean((ObjectNode) each));
                    }
                });
                return replaced;
            }
        }
        List<JsonNode> result = new ArrayList<>();
        target.forEach(result::add);
        for (JsonNode item : patch) {
            JsonNode value = item.get(key);
            if (!target.isArray() && item instanceof ObjectNode whole && value == null) {
                result.add(clean(whole)); // a list that is new is taken as it is
                continue;
            }
            if (!(item instanceof ObjectNode change) || value == null) {
                throw new PatchException("map: " + GoText.of(item) + " does not contain declared merge key: " + key);
            }
            int at = find(result, key, value);
            String directive = item.path(DIRECTIVE).asText("");
            if (directive.equals("delete")) {
                if (at >= 0) {
                    result.remove(at);
                }
            } else if (directive.equals("replace") && at >= 0) {
                result.set(at, clean(change));
            } else if (at >= 0) {
                result.set(at, object(result.get(at), change, type.items()));
            } else {
                result.add(object(Json.object(), change, type.items()));
            }
        }
        return Json.array().addAll(result);
    }

    private static int find(List<JsonNode> items, String key, JsonNode value) {
        for (int i = 0; i < items.size(); i++) {
            if (Json.same(items.get(i).path(key), value)) {
                return i;
            }
        }
        return -1;
    }

    private static ArrayNode union(JsonNode target, ArrayNode patch) {
        Set<JsonNode> all = new LinkedHashSet<>();
        target.forEach(all::add);
        patch.forEach(all::add);
        return Json.array().addAll(all);
    }

    private static ArrayNode without(JsonNode target, JsonNode deleted) {
        Set<JsonNode> all = new LinkedHashSet<>();
        target.forEach(all::add);
        deleted.forEach(all::remove);
        return Json.array().addAll(all);
    }

    /**
     * Items the order names come in that order; others in that of the list before. Of two that stand side by side the one
     * goes first that did before; where one of them is new, the one that the order names.
     */
    private static ArrayNode order(ArrayNode items, JsonNode order, JsonNode before, TypeInfo type) {
        List<JsonNode> named = new ArrayList<>();
        for (JsonNode wanted : order) {
            for (JsonNode item : items) {
                if (isSame(item, wanted, type) && !named.contains(item)) {
                    named.add(item);
                }
            }
        }
        List<JsonNode> others = new ArrayList<>();
        items.forEach(item -> {
            if (!named.contains(item)) {
                others.add(item);
            }
        });
        ArrayNode result = Json.array();
        int i = 0;
        int j = 0;
        while (i < others.size() || j < named.size()) {
            boolean other = j == named.size();
            if (i < others.size() && !other) {
                int left = position(before, others.get(i), type);
                int right = position(before, named.get(j), type);
                other = left >= 0 && right >= 0 && left < right;
            }
            result.add(other ? others.get(i++) : named.get(j++));
        }
        return result;
    }

    private static int position(JsonNode list, JsonNode item, TypeInfo type) {
        for (int i = 0; i < list.size(); i++) {
            if (isSame(list.get(i), item, type)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isSame(JsonNode left, JsonNode right, TypeInfo type) {
        return type.shape() == TypeInfo.Shape.KEYED_LIST
                ? Json.same(left.path(type.key()), right.path(type.key()))
                : Json.same(left, right);
    }

    /** The tree without directives and nulls. */
    private static ObjectNode clean(ObjectNode patch) {
        ObjectNode clean = Json.object();
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            if (!field.getKey().startsWith("$") && !field.getValue().isNull()) {
                JsonNode value = field.getValue();
                clean.set(field.getKey(), value instanceof ObjectNode object ? clean(object) : value.deepCopy());
            }
        }
        return clean;
    }
}
