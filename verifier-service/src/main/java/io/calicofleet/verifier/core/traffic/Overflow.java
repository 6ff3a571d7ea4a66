package io.calicofleet.verifier.core.traffic;

/**
 * What was heard but not kept apart, because memory is bounded. Said in every review, never passed over in silence.
 *
 * @param packets packets of kinds of traffic beyond the limit
 * @param lines lines of nodes beyond the limit
 */
public record Overflow(long packets, long lines) {

    /** Everything was kept. */
    public static final Overflow NONE = new Overflow(0, 0);
}
