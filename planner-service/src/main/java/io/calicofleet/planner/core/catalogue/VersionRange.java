package io.calicofleet.planner.core.catalogue;

import io.calicofleet.event.CalicoVersion;
import org.jspecify.annotations.Nullable;

/**
 * Releases of Calico from one to before another.
 *
 * @param from the first one in it; null: no lower end
 * @param before the first one after it; null: no upper end
 */
public record VersionRange(
        @Nullable CalicoVersion from, @Nullable CalicoVersion before) {

    /** Every release. */
    public static final VersionRange ALL = new VersionRange(null, null);

    /** Whether {@code version} is in it. */
    public boolean contains(CalicoVersion version) {
        return (from == null || from.compareTo(version) <= 0) && (before == null || version.compareTo(before) < 0);
    }
}
