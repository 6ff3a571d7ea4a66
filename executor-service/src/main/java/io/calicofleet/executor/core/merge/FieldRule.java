package io.calicofleet.executor.core.merge;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a field are compared and merged.
 *
 * @param kind the kind of value
 * @param shape what is known of the fields of the value, or of each entry of a list
 * @param keys the fields by which the entries of a keyed list are told apart
 * @param ifAbsent what the API server makes of an absent field
 * @param assigned whether the API server or a controller writes the field, so that finding it says nothing of people
 */
record FieldRule(Kind kind, FieldSchema shape, List<String> keys, Default ifAbsent, boolean assigned) {

    /** The kinds of value there are. */
    enum Kind {
        /** An object of known or unknown fields, or a scalar; a list only as a whole, or line by line if of scalars. */
        TREE,
        /** A list of objects that have a key. */
        KEYED_LIST,
        /** A list of objects that have a key, in an order that counts. */
        CHAIN,
        /** A list whose order says nothing and whose entries are only there or not. */
        SET,
        /** The reference of a container image. */
        IMAGE,
        /** Text, maybe a JSON document with placeholders. */
        TEXT,
        /** An amount such as 250m or 1Gi. */
        QUANTITY,
        /**
         * What a release only proposes and people set as they like: where both changed it, what people set stays. A
         * scalar is compared by what it means ({@link Spelling}).
         */
        SETTING;

        /** Whether it is people's to set, so that the release's new proposal is no question. */
        boolean isSetting() {
            return this == SETTING || this == QUANTITY;
        }
    }

    /** What an absent field means, which can depend on the fields beside it. */
    @FunctionalInterface
    interface Default {
        /** Absent means absent. */
        Default NONE = parent -> null;

        @Nullable
        JsonNode in(JsonNode parent);
    }

    FieldRule {
        requireNonNull(kind, "kind");
        keys = List.copyOf(keys);
    }

    static FieldRule of(Kind kind, FieldSchema shape) {
        return new FieldRule(kind, shape, List.of(), Default.NONE, false);
    }

    /** A list of this kind whose entries are told apart by the fields of these names. */
    static FieldRule keyed(Kind kind, FieldSchema shape, String... keys) {
        return new FieldRule(kind, shape, List.of(keys), Default.NONE, false);
    }

    FieldRule setting() {
        return new FieldRule(Kind.SETTING, shape, keys, ifAbsent, assigned);
    }

    FieldRule ifAbsent(Default value) {
        return new FieldRule(kind, shape, keys, value, assigned);
    }

    FieldRule assignedByServer() {
        return new FieldRule(kind, shape, keys, ifAbsent, true);
    }

    /** The rule for an entry of this list. */
    FieldRule entry() {
        return of(shape.isOptional() ? Kind.SETTING : Kind.TREE, shape);
    }

    boolean isKeyed() {
        return kind == Kind.KEYED_LIST || kind == Kind.CHAIN;
    }

    /** Whether absent means a struct without fields, so that its fields are merged also where a side has none. */
    boolean isEmptyIfAbsent() {
        JsonNode meant = ifAbsent.in(Json.object());
        return meant != null && meant.isObject() && meant.isEmpty();
    }

    /** Whether an absent value is the same as one without entries, so that entries are merged one by one. */
    boolean isCollection() {
        return kind == Kind.KEYED_LIST || kind == Kind.SET || (kind == Kind.TREE && shape.isMap());
    }
}
