package io.calicofleet.simulator.kubernetes.patch;

/** A patch that cannot be applied. */
public final class PatchException extends Exception {
    private static final long serialVersionUID = 1;

    public PatchException(String message) {
        super(message);
    }
}
