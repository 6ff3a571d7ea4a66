package io.calicofleet.kafka.attestation;

/** A file of keys cannot be used; the message is for people, names the file and what would be right, and holds no secret. */
public final class KeyFileException extends Exception {

    private static final long serialVersionUID = 1;

    public KeyFileException(String message) {
        super(message);
    }
}
