package io.calicofleet.simulator.kubernetes.resource;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a field of some type merges: what strategic merge patch, server-side apply and defaulting need to know.
 *
 * <p>Types refer to each other, so fields are filled in while reading and not changed after.
 */
public final class TypeInfo {

    /** How the value merges. */
    public enum Shape {
        /** Field by field; a list of unknown type is replaced. */
        GRANULAR,
        /** As a whole. */
        ATOMIC,
        /** A list whose items are found by keys. */
        KEYED_LIST,
        /** A list of scalars, each there once. */
        SET
    }

    /** A type nothing is known of. */
    public static final TypeInfo ANY = new TypeInfo(Shape.GRANULAR, null, List.of(), List.of(), false, null);

    private final Shape shape;
    private final @Nullable TypeInfo items;
    private final List<String> keys;
    private final List<String> applyKeys;
    private final boolean retainKeys;
    private final @Nullable JsonNode defaultValue;
    private final boolean alwaysThere;
    private final Map<String, TypeInfo> fields;

    /**
     * A type.
     *
     * @param shape how it merges
     * @param items the type of a list's items, or of all values of a map
     * @param keys the merge keys of strategic merge patch
     * @param applyKeys the keys of server-side apply
     * @param retainKeys whether patches of its objects may say $retainKeys
     * @param defaultValue what stands where the field is missing
     */
    public TypeInfo(
            Shape shape,
            @Nullable TypeInfo items,
            List<String> keys,
            List<String> applyKeys,
            boolean retainKeys,
            @Nullable JsonNode defaultValue) {
        this(shape, items, keys, applyKeys, retainKeys, defaultValue, false, new HashMap<>());
    }

    private TypeInfo(
            Shape shape,
            @Nullable TypeInfo items,
            List<String> keys,
            List<String> applyKeys,
            boolean retainKeys,
            @Nullable JsonNode defaultValue,
            boolean alwaysThere,
            Map<String, TypeInfo> fields) {
        this.shape = shape;
        this.items = items;
        this.keys = List.copyOf(keys);
        this.applyKeys = List.copyOf(applyKeys);
        this.retainKeys = retainKeys;
        this.defaultValue = defaultValue;
        this.alwaysThere = alwaysThere;
        this.fields = fields;
    }

    /** The same type, with a default where the field is missing. */
    TypeInfo withDefault(@Nullable JsonNode value) {
        return new TypeInfo(shape, items, keys, applyKeys, retainKeys, value, alwaysThere, fields);
    }

    /** The same type, of a field that an empty object has too. */
    public TypeInfo asAlwaysThere() {
        return new TypeInfo(shape, items, keys, applyKeys, retainKeys, defaultValue, true, fields);
    }

    /** Whether an empty object has the field too: then nobody owns it as a whole. */
    public boolean alwaysThere() {
        return alwaysThere;
    }

    /** Adds a field while the types are read. */
    public void define(String name, TypeInfo type) {
        fields.put(name, type);
    }

    /** How it merges. */
    public Shape shape() {
        return shape;
    }

    /** The type of a field. */
    public TypeInfo field(String name) {
        TypeInfo field = fields.get(name);
        if (field != null) {
            return field;
        }
        return items != null && shape == Shape.GRANULAR ? items : ANY;
    }

    /** The type of a list's items. */
    public TypeInfo items() {
        return items == null ? ANY : items;
    }

    /** The one merge key of strategic merge patch. */
    public String key() {
        return keys.get(0);
    }

    /** The keys of server-side apply. */
    public List<String> applyKeys() {
        return applyKeys.isEmpty() ? keys : applyKeys;
    }

    /** What stands where the field is missing, or null. */
    public @Nullable JsonNode defaultValue() {
        return defaultValue;
    }

    /** The fields that are known. */
    public Map<String, TypeInfo> fields() {
        return fields;
    }

    /** Whether patches may say $retainKeys. */
    public boolean retainKeys() {
        return retainKeys;
    }
}
