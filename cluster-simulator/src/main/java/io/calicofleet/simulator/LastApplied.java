package io.calicofleet.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;

/** What client-side apply sends: the wanted object, and nulls or delete directives for what was applied before. */
final class LastApplied {

    private LastApplied() {}

    static JsonNode mergePatch(JsonNode before, JsonNode wanted) {
        ObjectNode patch = wanted.deepCopy();
        drop(before, patch);
        return patch;
    }

    private static void drop(JsonNode before, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> field : before.properties()) {
            JsonNode now = patch.get(field.getKey());
            if (now == null) {
                patch.putNull(field.getKey());
            } else if (now instanceof ObjectNode object && field.getValue().isObject()) {
                drop(field.getValue(), object);
            } else if (now instanceof ArrayNode list && field.getValue().isArray()) {
                dropItems(field.getValue(), list);
            }
        }
    }

    /** Items of lists that merge by name; what went from inside one that stays goes, too. */
    private static void dropItems(JsonNode before, ArrayNode list) {
        Map<String, ObjectNode> items = new HashMap<>();
        for (JsonNode item : list) {
            if (!(item instanceof ObjectNode object) || !item.path("name").isTextual()) {
                return;
            }
            items.put(item.path("name").asText(), object);
        }
        for (JsonNode item : before) {
            String name = item.path("name").asText("");
            ObjectNode now = items.get(name);
            if (now != null) {
                drop(item, now);
            } else if (!name.isEmpty()) {
                list.addObject().put("name", name).put("$patch", "delete");
            }
        }
    }
}
