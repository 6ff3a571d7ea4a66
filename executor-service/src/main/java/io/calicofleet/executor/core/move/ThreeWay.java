package io.calicofleet.executor.core.move;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What etcd and Kubernetes made of the same value since both held it: a change of one of them counts, two different ones are a
 * question. Objects are merged field by field, lists are one value; null is as good as absent.
 */
final class ThreeWay {

    private static final String BOTH =
            "It was changed in etcd and in Kubernetes since they held the same. keep-mine keeps what"
                    + " Kubernetes has, take-new takes what etcd has.";

    private final Function<FieldConflict, OnConflict> decided;
    private final List<FieldConflict> open = new ArrayList<>();

    /**
     * A merge.
     *
     * @param decided what a person has decided on a question; hold where nobody has
     */
    ThreeWay(Function<FieldConflict, OnConflict> decided) {
        this.decided = decided;
    }

    /** The questions nobody has decided. */
    List<FieldConflict> open() {
        return List.copyOf(open);
    }

    /** The value to have in Kubernetes; null: none. Where a question is open, it is what Kubernetes has. */
    @Nullable
    JsonNode merge(
            String object,
            String path,
            @Nullable JsonNode base,
            @Nullable JsonNode kubernetes,
            @Nullable JsonNode etcd) {
        if (same(base, etcd) || same(kubernetes, etcd)) {
            return kubernetes;
        }
        if (same(base, kubernetes)) {
            return etcd;
        }
        if (kubernetes instanceof ObjectNode && etcd instanceof ObjectNode) {
            ObjectNode merged = Json.object();
            for (String field : Json.names(kubernetes, etcd, base)) {
                JsonNode value = merge(
                        object,
                        path.isEmpty() ? field : path + "." + field,
                        Json.get(base, field),
                        Json.get(kubernetes, field),
                        Json.get(etcd, field));
                if (value != null) {
                    merged.set(field, value);
                }
            }
            return merged;
        }
        return takesEtcd(object, path, base, kubernetes, etcd, BOTH) ? etcd : kubernetes;
    }

    /** Asks which of the two it is to be. */
    boolean takesEtcd(
            String object,
            String path,
            @Nullable JsonNode base,
            @Nullable JsonNode kubernetes,
            @Nullable JsonNode etcd,
            String why) {
        FieldConflict conflict =
                new FieldConflict(object, path, text(base), text(kubernetes), text(etcd), why, List.of());
        OnConflict decision = decided.apply(conflict);
        if (decision == OnConflict.HOLD) {
            open.add(conflict);
        }
        return decision == OnConflict.TAKE_NEW;
    }

    private static String text(@Nullable JsonNode value) {
        return value == null ? "" : value.toString();
    }

    static boolean same(@Nullable JsonNode one, @Nullable JsonNode other) {
        return Objects.equals(normal(one), normal(other));
    }

    /** Without fields that are null, or empty objects. */
    private static @Nullable JsonNode normal(@Nullable JsonNode value) {
        if (value == null || value.isNull() || value.isMissingNode()) {
            return null;
        }
        if (value instanceof ObjectNode object) {
            Map<String, JsonNode> fields = new TreeMap<>();
            object.properties().forEach(field -> {
                JsonNode normal = normal(field.getValue());
                if (normal != null) {
                    fields.put(field.getKey(), normal);
                }
            });
            return fields.isEmpty() ? null : Json.object().setAll(fields);
        }
        if (value.isArray()) {
            ArrayNode list = Json.NODES.arrayNode();
            value.forEach(entry -> {
                JsonNode normal = normal(entry);
                list.add(normal == null ? Json.NODES.nullNode() : normal);
            });
            return list;
        }
        return value;
    }
}
