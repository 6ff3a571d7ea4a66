package io.calicofleet.simulator.kubernetes.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.kubernetes.resource.TypeInfo;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What server-side apply asks of the lists of a configuration: items with their keys, and none twice. */
public final class TypedLists {

    private TypedLists() {}

    /**
     * Checks a configuration.
     *
     * @param path where it is; empty for a whole object
     * @param defaulted whether a key that is missing is empty, as in the types that Kubernetes brings: what is asked of its value then tells
     * @throws PatchException where an item has not its keys or is there twice, in the words of the API server
     */
    public static void check(JsonNode value, TypeInfo type, String path, boolean defaulted) throws PatchException {
        if (value instanceof ObjectNode object && type.shape() != TypeInfo.Shape.ATOMIC) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                check(field.getValue(), type.field(field.getKey()), path + "." + field.getKey(), defaulted);
            }
        } else if (value.isArray() && type.shape() == TypeInfo.Shape.KEYED_LIST) {
            keyed(value, type, path, defaulted);
        } else if (value.isArray() && type.shape() == TypeInfo.Shape.SET) {
            Set<JsonNode> seen = new HashSet<>();
            for (JsonNode item : value) {
                if (!seen.add(item)) {
                    throw new PatchException(path + ": duplicate entries for key [=" + item + "]");
                }
            }
        }
    }

    private static void keyed(JsonNode list, TypeInfo type, String path, boolean defaulted) throws PatchException {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode item = list.get(i);
            StringBuilder keys = new StringBuilder();
            for (String key : type.applyKeys()) {
                JsonNode value = item.get(key);
                if (value == null) {
                    value = type.items().field(key).defaultValue();
                }
                if (value == null && !defaulted && type.applyKeys().size() == 1) {
                    throw new PatchException(path + ": element " + i
                            + ": associative list with keys has an element that omits key field \"" + key
                            + "\" (and doesn't have default value)");
                }
                keys.append(keys.isEmpty() ? "" : ",").append(key).append('=').append(value);
            }
            if (!seen.add(keys.toString())) {
                throw new PatchException(path + ": duplicate entries for key [" + keys + "]");
            }
            check(item, type.items(), path + "[" + keys + "]", defaulted);
        }
    }
}
