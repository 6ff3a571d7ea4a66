package io.calicofleet.executor.core.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a field of a spec is: {@code replicas}, {@code calicoNetwork.mtu} or {@code template.spec.containers[calico-node].image}, where what is in
 * brackets is the name of an entry of a list.
 *
 * @param text the way to it
 * @param steps the names of fields, and of entries in brackets
 */
public record NestedField(String text, List<String> steps) {

    public NestedField {
        steps = List.copyOf(steps);
    }

    /** By its text, as a FieldSetting has it. */
    public static NestedField of(String text) {
        List<String> steps = new ArrayList<>();
        for (String part : text.split("\\.", -1)) {
            int bracket = part.indexOf('[');
            steps.add(bracket < 0 ? part : part.substring(0, bracket));
            if (bracket >= 0) {
                steps.add(part.substring(bracket));
            }
        }
        return new NestedField(text, steps);
    }

    /** What is there; null where nothing is. */
    public @Nullable JsonNode get(@Nullable JsonNode spec) {
        JsonNode at = spec;
        for (String step : steps) {
            at = step(at, step);
        }
        return at;
    }

    /** Gives it a value, or takes it away where that is null; nothing where an entry on its way is not there. */
    public void set(ObjectNode spec, @Nullable JsonNode value) {
        JsonNode at = spec;
        for (String step : steps.subList(0, steps.size() - 1)) {
            JsonNode next = step(at, step);
            if (next == null && value != null && !step.startsWith("[") && at instanceof ObjectNode parent) {
                next = parent.putObject(step);
            }
            at = next;
        }
        if (at instanceof ObjectNode parent && value == null) {
            parent.remove(steps.getLast());
        } else if (at instanceof ObjectNode parent) {
            parent.set(steps.getLast(), value);
        }
    }

    /** Gives it what it was, and takes away with it what is empty without it and was not there. */
    public void putBack(ObjectNode spec, JsonNode before) {
        set(spec, get(before));
        for (int length = steps.size() - 1; length > 0; length--) {
            NestedField parent = new NestedField(text, steps.subList(0, length));
            if (parent.get(before) == null && Objects.equals(parent.get(spec), Json.object())) {
                parent.set(spec, null);
            }
        }
    }

    /** Its schema among those of the fields of a spec; a missing node where there is no such field, or it is in an entry of a list. */
    JsonNode schema(JsonNode properties) {
        JsonNode at = Json.object().set("properties", properties);
        for (String step : steps) {
            at = at.path("properties").path(step);
        }
        return at;
    }

    /** The schemas beside it: those of the fields where the first one on its way is that there is none of. */
    JsonNode known(JsonNode properties) {
        JsonNode fields = properties;
        for (String step : steps) {
            if (!fields.has(step)) {
                return fields;
            }
            fields = fields.path(step).path("properties");
        }
        return MissingNode.getInstance();
    }

    private static @Nullable JsonNode step(@Nullable JsonNode at, String step) {
        return step.startsWith("[")
                ? Json.elements(at)
                        .filter(entry -> step.equals("[" + Json.text(entry, "name") + "]"))
                        .findFirst()
                        .orElse(null)
                : Json.get(at, step);
    }
}
