package io.calicofleet.model.release.diff;

import static java.util.Objects.requireNonNull;

/**
 * Something a release asks of a cluster.
 *
 * @param what what, for people
 * @param from the first minor version of Kubernetes 1 that has it; 0 where that is all, or it is nothing of Kubernetes
 * @param to the last one; {@link #NEWEST} where none has it no more
 */
record Need(String what, int from, int to) {

    static final int NEWEST = Integer.MAX_VALUE;

    Need {
        requireNonNull(what, "what");
    }

    /** Kubernetes does not limit it. */
    static Need of(String what) {
        return new Need(what, 0, NEWEST);
    }

    boolean isIn(int minor) {
        return from <= minor && minor <= to;
    }

    /** {@code PodDisruptionBudget of policy/v1beta1 (Kubernetes v1.24 and earlier)}. */
    @Override
    public String toString() {
        if (from == 0 && to == NEWEST) {
            return what;
        }
        String range = from == 0
                ? "v1." + to + " and earlier"
                : to == NEWEST ? "v1." + from + " and later" : "v1." + from + " to v1." + to;
        return what + " (Kubernetes " + range + ")";
    }
}
