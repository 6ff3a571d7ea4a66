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

    /** In whatever is said of the kernel. */
    static final String KERNEL = " says of the kernel: ";

    private static final String DEFINITIONS = "rules of definitions that use ";

    Need {
        requireNonNull(what, "what");
    }

    /** Kubernetes does not limit it. */
    static Need of(String what) {
        return new Need(what, 0, NEWEST);
    }

    /** Something that rules of definitions use. */
    static Need ofDefinitions(String function, int from) {
        return new Need(DEFINITIONS + function, from, NEWEST);
    }

    boolean isOfDefinitions() {
        return what.startsWith(DEFINITIONS);
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
