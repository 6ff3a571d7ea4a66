package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one of the three sides says of a field, and its normal form. That is made when it is first asked for: objects on
 * the way down to a field are never compared as a whole. Not safe for use by several threads.
 */
final class Side {

    private final @Nullable JsonNode value;
    private final Supplier<@Nullable JsonNode> form;
    private boolean formed;
    private @Nullable JsonNode normal;

    private Side(@Nullable JsonNode value, Supplier<@Nullable JsonNode> form) {
        this.value = value;
        this.form = form;
    }

    static Side of(FieldRule rule, @Nullable JsonNode value) {
        return new Side(Json.present(value), () -> NormalForm.of(rule, value));
    }

    /** A field of an object, whose default can depend on the others. */
    static Side field(FieldRule rule, String name, @Nullable JsonNode object) {
        return new Side(Json.get(object, name), () -> NormalForm.ofField(rule, name, object));
    }

    /** The value as written; null where absent. */
    @Nullable
    JsonNode value() {
        return value;
    }

    private @Nullable JsonNode normal() {
        if (!formed) {
            normal = form.get();
            formed = true;
        }
        return normal;
    }

    boolean sameAs(Side other) {
        return Objects.equals(normal(), other.normal());
    }

    /** Whether it counts as absent. */
    boolean isAbsent() {
        return normal() == null;
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
