package io.calicofleet.simulator.kubernetes.store;

/** The changes since a resource version are no longer known. */
public final class GoneException extends Exception {
    private static final long serialVersionUID = 1;

    public GoneException(long asked, long oldest) {
        super("too old resource version: " + asked + " (" + oldest + ")");
    }
}
