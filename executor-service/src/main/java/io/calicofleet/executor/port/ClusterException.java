package io.calicofleet.executor.port;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.FailureReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A cluster did not do what it was asked. Steps let it pass where they have no better answer; the runner makes the
 * outcome of it, so that an expected failure leaves a step as a value.
 */
public final class ClusterException extends RuntimeException {

    /** What kind of refusal it is. */
    public enum Problem {
        /** The object changed since it was read, or is being deleted. */
        CONFLICT(FailureReason.API_UNAVAILABLE),
        /** An object of this name is there already. */
        ALREADY_EXISTS(FailureReason.API_UNAVAILABLE),
        /** It is not there, or its kind is not served. */
        NOT_FOUND(FailureReason.UNEXPECTED_STATE),
        /** The API server refused the object as invalid. */
        INVALID(FailureReason.INVALID_OBJECT),
        /** The kubeconfig may not do this. */
        FORBIDDEN(FailureReason.FORBIDDEN),
        /** Admission refused it: a webhook, a policy or a quota of the cluster, or a webhook that cannot be asked. */
        REFUSED(FailureReason.WRITE_REFUSED),
        /** No answer, or one that may be better the next time. */
        UNAVAILABLE(FailureReason.API_UNAVAILABLE),
        /** Calico's etcd gave no answer, or one that may be better the next time. */
        DATASTORE_UNAVAILABLE(FailureReason.DATASTORE_UNAVAILABLE),
        /** What the cluster answered makes no sense to us. */
        UNEXPECTED(FailureReason.UNEXPECTED_STATE);

        private final FailureReason reason;

        Problem(FailureReason reason) {
            this.reason = reason;
        }

        /** What it makes of a step that nothing else can be done about. */
        public FailureReason reason() {
            return reason;
        }
    }

    private static final long serialVersionUID = 1;

    private final Problem problem;
    private final Duration stale;

    /**
     * A refusal.
     *
     * @param problem what kind
     * @param message what was asked for and what came back, for people
     * @param cause what lies behind it; null where the answer itself says it all
     */
    public ClusterException(Problem problem, String message, @Nullable Throwable cause) {
        this(problem, message, cause, Duration.ZERO);
    }

    private ClusterException(Problem problem, String message, @Nullable Throwable cause, Duration stale) {
        super(message, cause);
        this.problem = requireNonNull(problem, "problem");
        this.stale = requireNonNull(stale, "stale");
    }

    /** What a watch has said for {@code time} before this may have been old already. */
    public static ClusterException stale(Problem problem, String message, Duration time) {
        return new ClusterException(problem, message, null, time);
    }

    /** For how long before this what was seen may have been old already; zero where that is not so. */
    public Duration stale() {
        return stale;
    }

    /** What kind of refusal it is. */
    public Problem problem() {
        return problem;
    }

    /** Whether to ask again may help. */
    public boolean isTransient() {
        return problem == Problem.UNAVAILABLE || problem == Problem.DATASTORE_UNAVAILABLE;
    }

    /** Whether somebody created, changed or deleted the object since it was looked at: to look again may help. */
    public boolean isRace() {
        return problem == Problem.CONFLICT || problem == Problem.ALREADY_EXISTS || problem == Problem.NOT_FOUND;
    }

    /** What was asked for and what came back. */
    public String message() {
        String message = getMessage();
        return message == null ? problem.name() : message;
    }
}
