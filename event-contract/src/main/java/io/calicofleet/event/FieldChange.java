package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A field as it is and as a plan leaves it. Values that may be secret are hidden.
 *
 * @param path the field, list entries by their merge key
 * @param before what it has, as JSON; empty where absent
 * @param after what it will have, as JSON; empty where it goes
 */
public record FieldChange(String path, String before, String after) {

    public FieldChange {
        requireNonNull(path, "path");
        before = Lines.shortened(requireNonNull(before, "before"));
        after = Lines.shortened(requireNonNull(after, "after"));
    }
}
