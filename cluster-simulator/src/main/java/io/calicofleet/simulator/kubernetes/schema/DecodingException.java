package io.calicofleet.simulator.kubernetes.schema;

/** A value that the type of its field does not take. */
public final class DecodingException extends Exception {
    private static final long serialVersionUID = 1;

    public DecodingException(String message) {
        super(message);
    }
}
