package io.calicofleet.cli.client;

/** The planner does not answer, or what answers is not a planner. */
public final class ServerUnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ServerUnreachableException(String message) {
        super(message);
    }
}
