package io.calicofleet.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

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

    /** Items of lists that merge by name. */
    private static void dropItems(JsonNode before, ArrayNode list) {
        Set<String> names = new HashSet<>();
        for (JsonNode item : list) {
            if (!item.path("name").isTextual()) {
                return;
            }
            names.add(item.path("name").asText());
        }
        for (JsonNode item : before) {
            String name = item.path("name").asText("");
            if (!name.isEmpty() && !names.contains(name)) {
                list.addObject().put("name", name).put("$patch", "delete");
            }
        }
    }
}
