package io.calicofleet.cli.client;

import java.io.IOException;

/** The planner does not answer, or what answers is not a planner. */
public final class ServerUnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ServerUnreachableException(String message) {
        super(message);
    }

    /** It answers what this version does not understand. */
    public static ServerUnreachableException ofAnotherRelease(IOException problem) {
        return new ServerUnreachableException("the server answers what this version does not understand ("
                + problem.getMessage() + "): are both of the same release?");
    }
}
