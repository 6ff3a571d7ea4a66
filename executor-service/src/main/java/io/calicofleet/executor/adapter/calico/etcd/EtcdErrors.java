package io.calicofleet.executor.adapter.calico.etcd;

import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.etcd.jetcd.common.exception.EtcdException;
import io.grpc.Status.Code;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** What an answer of etcd, or the lack of one, means. The one place that knows. */
final class EtcdErrors {

    private EtcdErrors() {}

    /**
     * The meaning of a failure.
     *
     * @param what what was asked for, and of whom, for people
     */
    static ClusterException of(String what, Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        Problem problem = switch (cause) {
            case TimeoutException timeout -> Problem.DATASTORE_UNAVAILABLE;
            case EtcdException etcd -> problem(Code.valueOf(etcd.getErrorCode().name()));
            case StatusRuntimeException status -> problem(status.getStatus().getCode());
            case StatusException status -> problem(status.getStatus().getCode());
            default -> Problem.UNEXPECTED;
        };
        String said = cause instanceof TimeoutException ? "no answer in time" : String.valueOf(cause.getMessage());
        return new ClusterException(problem, what + ": " + said, cause);
    }

    /** Whether the revision that was asked for is there no more (etcd's ErrGRPCCompacted). */
    static boolean isCompacted(ClusterException e) {
        return e.message().contains("required revision has been compacted");
    }

    /** Whether the answer is more than gRPC takes in one message. */
    static boolean isTooLarge(ClusterException e) {
        return e.message().contains("gRPC message exceeds maximum size")
                || e.message().contains("message larger than max");
    }

    private static Problem problem(Code code) {
        return switch (code) {
            case UNAUTHENTICATED, PERMISSION_DENIED -> Problem.FORBIDDEN;
            case INVALID_ARGUMENT, OUT_OF_RANGE -> Problem.INVALID;
            // INTERNAL is what a connection ends with that breaks under a request.
            case UNAVAILABLE, DEADLINE_EXCEEDED, ABORTED, CANCELLED, INTERNAL, RESOURCE_EXHAUSTED, UNKNOWN ->
                Problem.DATASTORE_UNAVAILABLE;
            default -> Problem.UNEXPECTED;
        };
    }
}
