package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import org.jspecify.annotations.Nullable;

/** Takes out of a live value what the API server wrote into it, so that it looks as a person would write it. */
final class Pruning {

    private Pruning() {}

    static @Nullable JsonNode prune(FieldRule rule, @Nullable JsonNode value) {
        if (value instanceof ObjectNode object) {
            return pruneObject(rule.shape(), object);
        }
        if (value instanceof ArrayNode list) {
            ArrayNode result = Json.NODES.arrayNode();
            list.forEach(entry -> result.add(prune(rule.entry(), entry)));
            return result;
        }
        return value;
    }

    private static ObjectNode pruneObject(FieldSchema shape, ObjectNode object) {
        ObjectNode result = Json.object();
        object.properties().forEach(field -> {
            FieldRule rule = shape.field(field.getKey());
            boolean said = !rule.assigned() && NormalForm.isPresent(rule, field.getKey(), object);
            if (said) {
                result.set(field.getKey(), prune(rule, field.getValue()));
            }
        });
        return result;
    }
}
