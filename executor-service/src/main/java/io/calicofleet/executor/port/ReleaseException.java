package io.calicofleet.executor.port;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.FailureReason;
import org.jspecify.annotations.Nullable;

/** A file of a release is not to be had, or is not what it was. */
public final class ReleaseException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final FailureReason reason;

    /**
     * Why it is not to be had.
     *
     * @param reason RELEASE_UNAVAILABLE or RELEASE_CHANGED
     * @param message which file, from where, and what is wrong
     * @param cause what lies behind it; null where nothing does
     */
    public ReleaseException(FailureReason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = requireNonNull(reason, "reason");
    }

    /** Why. */
    public FailureReason reason() {
        return reason;
    }

    /** Which file, from where, and what is wrong. */
    public String message() {
        String message = getMessage();
        return message == null ? reason.sentence() : message;
    }
}
