package io.calicofleet.fuzz;

import java.util.stream.LongStream;

/**
 * The seeds of a property that is tried on random inputs: {@code -Dcalicofleet.seed=SEED} is one alone, {@code -Dcalicofleet.seeds=N} are
 * so many.
 */
public final class Seeds {

    private Seeds() {}

    /** So many, unless the command line says otherwise. */
    public static LongStream burst(int many) {
        Long one = Long.getLong("calicofleet.seed");
        return one == null ? LongStream.range(0, Long.getLong("calicofleet.seeds", many)) : LongStream.of(one);
    }
}
