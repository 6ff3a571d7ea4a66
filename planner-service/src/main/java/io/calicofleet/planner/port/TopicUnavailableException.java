package io.calicofleet.planner.port;

/** A topic cannot be read now; whoever asked may ask again. */
public final class TopicUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** With what is the matter, for people. */
    public TopicUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
