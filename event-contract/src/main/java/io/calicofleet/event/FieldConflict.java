package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A field that both a person and the target release changed, to different values. Values that may be secret are hidden.
 *
 * @param object the object, as kind namespace/name
 * @param path the field in it, list entries by their merge key
 * @param base what the release installed says, as JSON; empty where absent
 * @param mine what the cluster has, as JSON; empty where absent
 * @param target what the target release says, as JSON; empty where absent
 */
public record FieldConflict(String object, String path, String base, String mine, String target) {

    public FieldConflict {
        requireNonNull(object, "object");
        requireNonNull(path, "path");
        requireNonNull(base, "base");
        requireNonNull(mine, "mine");
        requireNonNull(target, "target");
    }
}
