package io.calicofleet.executor.core;

import java.util.stream.LongStream;

/**
 * The seeds of a property that is tried on random inputs: {@code -Dcalicofleet.seed=SEED} is one alone, {@code
 * -Dcalicofleet.seeds=N} more of them.
 */
public final class Seeds {

    private Seeds() {}

    /** So many from the first on, unless the command line says otherwise. */
    public static LongStream from(long first, int many) {
        Long one = Long.getLong("calicofleet.seed");
        return one == null
                ? LongStream.range(first, first + Long.getLong("calicofleet.seeds", many))
                : LongStream.of(one);
    }
}
