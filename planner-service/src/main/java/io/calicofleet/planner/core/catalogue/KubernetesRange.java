package io.calicofleet.planner.core.catalogue;

import org.jspecify.annotations.Nullable;

/**
 * Minor releases of Kubernetes from one to another, both included.
 *
 * @param from the first one in it; null: no lower end
 * @param to the last one in it; null: no upper end
 */
public record KubernetesRange(
        @Nullable KubernetesVersion from, @Nullable KubernetesVersion to) {

    /** Every release. */
    public static final KubernetesRange ALL = new KubernetesRange(null, null);

    /** Whether {@code version} is in it. */
    public boolean contains(KubernetesVersion version) {
        return (from == null || !version.isBefore(from)) && (to == null || !to.isBefore(version));
    }

    @Override
    public String toString() {
        if (from != null && to != null) {
            return from + " to " + to;
        }
        return from != null ? from + " and later" : to != null ? to + " and earlier" : "any";
    }
}
