package io.calicofleet.cli.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.demo.KeptChanges;
import java.util.Map;
import java.util.TreeMap;

/** An object as one entry per field: {@code spec.template.spec.containers[calico-node].env[IP].value} to its value. */
final class Fields {

    private Fields() {}

    /** All fields. Of an image the repository counts, its tag is the upgrade's business; an entry without a name is one whole. */
    static Map<String, String> of(JsonNode object) {
        Map<String, String> fields = new TreeMap<>();
        collect("", KeptChanges.document(object), fields);
        return fields;
    }

    private static void collect(String path, JsonNode node, Map<String, String> into) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> collect(
                            path + (path.isEmpty() ? "" : ".") + field.getKey(),
                            KeptChanges.document(field.getValue()),
                            into));
        } else if (node.isArray()) {
            for (JsonNode entry : node) {
                String key = key(entry);
                if (key.isEmpty()) {
                    into.put(path + "[" + sorted(entry) + "]", "true");
                } else {
                    collect(path + "[" + key + "]", entry, into);
                }
            }
        } else {
            into.put(
                    path,
                    path.endsWith(".image") ? '"' + KeptChanges.repository(node.asText()) + '"' : node.toString());
        }
    }

    /**
     * Its fields in the order of their names: who wrote them in which order does not matter. Of a toleration, the operator Equal
     * is what it is without one (k8s.io/api/core/v1, Toleration).
     */
    private static JsonNode sorted(JsonNode node) {
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            fieldsOf(node).forEach((name, value) -> {
                if (!name.equals("operator") || !value.asText().equals("Equal")) {
                    object.set(name, sorted(value));
                }
            });
            return object;
        }
        return node;
    }

    private static Map<String, JsonNode> fieldsOf(JsonNode node) {
        Map<String, JsonNode> fields = new TreeMap<>();
        node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }

    private static String key(JsonNode entry) {
        String mount = entry.path("mountPath").asText();
        return mount.isEmpty() ? entry.path("name").asText() : mount;
    }
}
