package io.calicofleet.planner.core.simulation;

/** Numbers that look drawn and follow from what they are drawn for: the same seed, cluster and question give the same. */
final class Draws {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long seed;

    Draws(long seed) {
        this.seed = seed;
    }

    /** From 0 to below 1, evenly. */
    double even(int cluster, int question) {
        return (mixed(seed + GOLDEN * (cluster * 64L + question + 1)) >>> 11) * 0x1.0p-53;
    }

    /** Around 0, as a normal distribution of deviation 1 has it (Box and Muller). */
    double normal(int cluster, int question) {
        double one = 1 - even(cluster, question);
        return Math.sqrt(-2 * Math.log(one)) * Math.cos(2 * Math.PI * even(cluster, question + 1));
    }

    /** The last step of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mixed(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
