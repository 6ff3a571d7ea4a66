package io.calicofleet.executor.core.merge;

import static java.util.Objects.requireNonNull;

/**
 * Where a field is: {@code spec.template.spec.containers[calico-node].env[IP].value}.
 *
 * @param text the path; empty for the object itself
 */
record FieldPath(String text) {

    static final FieldPath ROOT = new FieldPath("");

    FieldPath {
        requireNonNull(text, "text");
    }

    /** A field of it; a name with dots or slashes is put in brackets. */
    FieldPath field(String name) {
        if (name.indexOf('.') >= 0 || name.indexOf('/') >= 0) {
            return entry(name);
        }
        return new FieldPath(text.isEmpty() ? name : text + "." + name);
    }

    /** An entry of the list that it is. */
    FieldPath entry(String key) {
        return new FieldPath(text + "[" + key + "]");
    }

    /** Of an entry of a list, or a field of one: the key of the innermost entry; empty where it is in none. */
    String innermostKey() {
        int end = text.lastIndexOf(']');
        int start = text.lastIndexOf('[', Math.max(end, 0));
        return end < 0 ? "" : text.substring(start + 1, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
