package io.calicofleet.simulator.kubernetes.schema;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a value of a built-in type may be.
 *
 * <p>Types refer to each other, so fields are filled in while they are read and not changed after.
 */
public final class Structure {

    /** The forms of values. */
    public enum Form {
        OBJECT,
        LIST,
        MAP,
        STRING,
        INTEGER,
        LONG,
        NUMBER,
        BOOLEAN,
        TIME,
        BYTES,
        QUANTITY,
        INT_OR_STRING,
        OBJECT_OR_LIST,
        OBJECT_OR_BOOLEAN,
        ANY
    }

    static final Structure UNKNOWN = new Structure(Form.ANY, "Any", null);

    private final Form form;
    private final String name;
    private final @Nullable Structure items;
    private final Map<String, Structure> fields = new HashMap<>();

    Structure(Form form, String name, @Nullable Structure items) {
        this.form = form;
        this.name = name;
        this.items = items;
    }

    void define(String field, Structure structure) {
        fields.put(field, structure);
    }

    /** Its form. */
    public Form form() {
        return form;
    }

    /** The name of an object's type as the API reference has it, such as {@code Container}. */
    public String name() {
        return name;
    }

    /** What a list's items, or a map's values, are. */
    public Structure items() {
        return items == null ? UNKNOWN : items;
    }

    /** The fields of an object. */
    public Map<String, Structure> fields() {
        return fields;
    }
}
