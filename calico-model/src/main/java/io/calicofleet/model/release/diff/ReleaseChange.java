package io.calicofleet.model.release.diff;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * One difference between two releases.
 *
 * @param area what it is about
 * @param object the object it is in, such as {@code DaemonSet kube-system/calico-node}; empty for an image, which may be in many
 * @param item what of the object: an environment variable, the path of a field; empty for the whole of it
 * @param before what it was, as text; null where it comes
 * @param after what it is, as text; null where it goes
 */
public record ReleaseChange(
        ChangeArea area,
        String object,
        String item,
        @Nullable String before,
        @Nullable String after) {

    public ReleaseChange {
        requireNonNull(area, "area");
        requireNonNull(object, "object");
        requireNonNull(item, "item");
        if (before == null && after == null) {
            throw new IllegalArgumentException("nothing changes at " + object + " " + item);
        }
    }

    /** Whether it was not there before. */
    public boolean comes() {
        return before == null;
    }

    /** Whether it is not there any more. */
    public boolean goes() {
        return after == null;
    }

    /** {@code spec.foo of definition x: 1 -> 2}; a thing that comes or goes has a plus or a minus. */
    @Override
    public String toString() {
        String what = (object + " " + item).strip();
        return area.title() + ": "
                + (comes()
                        ? "+ " + what + said(after)
                        : goes() ? "- " + what + said(before) : what + ": " + before + " -> " + after);
    }

    private static String said(@Nullable String value) {
        return value == null || value.isEmpty() ? "" : " (" + value + ")";
    }
}
