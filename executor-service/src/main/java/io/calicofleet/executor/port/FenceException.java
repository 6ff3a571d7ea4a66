package io.calicofleet.executor.port;

import static java.util.Objects.requireNonNull;

/** This executor must not write to the cluster any more. Thrown before a write; whoever catches it stops. */
public final class FenceException extends RuntimeException {

    /** Why not. */
    public enum Why {
        /** Another executor has the lease: this one reports that it lost it. */
        LEASE_LOST,
        /** The partition went to another executor, or this one stops: the step is handed back, nothing is reported. */
        HANDED_BACK,
        /** Its time is over: the verdict is in, or a later step waits, of its campaign or of the one that has the cluster now. */
        OVER,
        /** The cluster has seen steps of a later grant: another campaign has it. */
        CLAIM_LOST
    }

    private static final long serialVersionUID = 1;

    private final Why why;

    /**
     * A closed fence.
     *
     * @param why why
     * @param message what happened, for people
     */
    public FenceException(Why why, String message) {
        super(message);
        this.why = requireNonNull(why, "why");
    }

    /** Why. */
    public Why why() {
        return why;
    }
}
