package io.calicofleet.simulator.kubernetes.patch;

/** A patch that cannot be applied. */
public final class PatchException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean form;

    PatchException(String message) {
        this(message, false);
    }

    private PatchException(String message, boolean form) {
        super(message);
        this.form = form;
    }

    /** A patch that is none. */
    static PatchException ofForm(String message) {
        return new PatchException(message, true);
    }

    /** Whether the patch has not the form of one, which is the client's fault. */
    public boolean isOfForm() {
        return form;
    }
}
