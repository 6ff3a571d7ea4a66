package io.calicofleet.fuzz;

import java.util.stream.LongStream;

/**
 * The seeds of a property that is tried on random inputs: {@code -Dcalicofleet.seed=SEED} is one alone, {@code -Dcalicofleet.seeds=N} are
 * so many.
 */
public final class Seeds {

    private static final String SEED = "calicofleet.seed";

    private Seeds() {}

    /** So many from the first on, unless the command line says otherwise. */
    public static LongStream from(long first, int many) {
        Long one = Long.getLong(SEED);
        return one == null
                ? LongStream.range(first, first + Long.getLong("calicofleet.seeds", many))
                : LongStream.of(one);
    }

    /** So many, unless the command line says otherwise. */
    public static LongStream burst(int many) {
        return from(0, many);
    }

    /** Whether one seed alone was asked for: what only many of them show need not show then. */
    public static boolean isOneAlone() {
        return Long.getLong(SEED) != null;
    }
}
