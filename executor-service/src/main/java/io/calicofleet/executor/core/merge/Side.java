package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one of the three sides says of a field.
 *
 * @param value the value as written; null where absent
 * @param normal its normal form; null where it counts as absent
 */
record Side(@Nullable JsonNode value, @Nullable JsonNode normal) {

    static final Side ABSENT = new Side(null, null);

    static Side of(FieldRule rule, @Nullable JsonNode value) {
        return new Side(Json.present(value), NormalForm.of(rule, value));
    }

    /** A field of an object, whose default can depend on the others. */
    static Side field(FieldRule rule, String name, @Nullable JsonNode object) {
        return new Side(Json.get(object, name), NormalForm.ofField(rule, name, object));
    }

    boolean sameAs(Side other) {
        return Objects.equals(normal, other.normal);
    }

    boolean isAbsent() {
        return normal == null;
    }

    boolean isObject() {
        return value != null && value.isObject();
    }

    boolean isObjectOrAbsent() {
        return value == null || value.isObject();
    }

    boolean isListOrAbsent() {
        return value == null || value.isArray();
    }
}
