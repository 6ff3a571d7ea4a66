package io.calicofleet.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.kubernetes.resource.TypeInfo;
import java.util.HashMap;
import java.util.Map;

/** What client-side apply sends: the wanted object, and nulls or delete directives for what was applied before. */
final class LastApplied {

    private LastApplied() {}

    /**
     * The patch.
     *
     * @param type how the lists of the kind merge
     */
    static JsonNode mergePatch(JsonNode before, JsonNode wanted, TypeInfo type) {
        ObjectNode patch = wanted.deepCopy();
        drop(before, patch, type);
        return patch;
    }

    private static void drop(JsonNode before, ObjectNode patch, TypeInfo type) {
        for (Map.Entry<String, JsonNode> field : before.properties()) {
            JsonNode now = patch.get(field.getKey());
            if (now == null) {
                patch.putNull(field.getKey());
            } else if (now instanceof ObjectNode object && field.getValue().isObject()) {
                drop(field.getValue(), object, type.field(field.getKey()));
            } else if (now instanceof ArrayNode list && field.getValue().isArray()) {
                dropItems(field.getValue(), list, type.field(field.getKey()));
            }
        }
    }

    /** Items of lists that merge by a key; what went from inside one that stays goes, too. */
    private static void dropItems(JsonNode before, ArrayNode list, TypeInfo type) {
        if (type.shape() != TypeInfo.Shape.KEYED_LIST) {
            return; // replaced as a whole
        }
        Map<JsonNode, ObjectNode> items = new HashMap<>();
        for (JsonNode item : list) {
            if (item instanceof ObjectNode object) {
                items.put(item.path(type.key()), object);
            }
        }
        for (JsonNode item : before) {
            ObjectNode now = items.get(item.path(type.key()));
            if (now != null) {
                drop(item, now, type.items());
            } else if (item.has(type.key())) {
                ObjectNode gone = list.addObject().put("$patch", "delete");
                gone.set(type.key(), item.path(type.key()));
            }
        }
    }
}
