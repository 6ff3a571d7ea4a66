package io.calicofleet.executor.adapter.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What an answer of an API server, or the lack of one, means. The one place that knows. */
final class KubernetesErrors {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** As {@code responsewriters.ForbiddenErr} and the escalation check of roles say it. */
    private static final Pattern RIGHTS =
            Pattern.compile("User \"[^\"]*\" cannot |not currently held|user \"[^\"]*\" ");

    private KubernetesErrors() {}

    /**
     * The meaning of an answer that is none of 200 to 299.
     *
     * @param what what was asked for, for people
     */
    static ClusterException of(String what, int code, byte @Nullable [] body) {
        JsonNode status = parse(body);
        String reason = status.path("reason").asText();
        String message = status.path("message").asText();
        if (message.isEmpty()) {
            message = body == null || body.length == 0 ? "no further message" : shortened(new String(body, UTF_8));
        }
        return new ClusterException(problem(code, reason, message), what + ": " + code + " " + message, null);
    }

    /** Whether an answer says of an object by its name that it is not there; one about a path or a kind names none. */
    static boolean namesObject(byte @Nullable [] body) {
        return !parse(body).path("details").path("name").asText().isEmpty();
    }

    /** A 404 of a server that is not ready: what it does not serve, it may serve in a moment. */
    static ClusterException starting(String what, byte @Nullable [] body) {
        return new ClusterException(
                Problem.UNAVAILABLE,
                of(what, 404, body).message() + ", and the API server is not ready: it may be there in a moment",
                null);
    }

    private static Problem problem(int code, String reason, String message) {
        if (isAdmission(code, message)) {
            return Problem.REFUSED;
        }
        return switch (code) {
            case 400, 413, 415, 422 -> Problem.INVALID;
            case 401, 403 -> Problem.FORBIDDEN;
            case 404, 405, 410 -> Problem.NOT_FOUND;
            case 409 -> reason.equals("AlreadyExists") ? Problem.ALREADY_EXISTS : Problem.CONFLICT;
            case 408, 429 -> Problem.UNAVAILABLE;
            default -> code >= 500 ? Problem.UNAVAILABLE : Problem.UNEXPECTED;
        };
    }

    /**
     * Whether admission refused it, or could not be asked: neither is about rights, or about a server that is away. A
     * webhook that does not answer is 500 (apiserver/pkg/admission/plugin/webhook/generic); one that denies chooses its
     * code. Quotas, limits, policies and a namespace that goes away are 403, as missing rights are, which alone say who
     * cannot do what (apiserver/pkg/endpoints/handlers/responsewriters/errors.go).
     */
    private static boolean isAdmission(int code, String message) {
        if (message.contains("failed calling webhook") || message.contains("failed calling admission webhook")) {
            return true;
        }
        if (message.contains("denied the request") || message.contains("denied request")) {
            return code >= 400;
        }
        boolean aboutRights = RIGHTS.matcher(message).find();
        return code == 403 && message.contains(" is forbidden: ") && !aboutRights;
    }

    /** The meaning of no answer. */
    static ClusterException of(String what, Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ClusterException known) {
            return new ClusterException(known.problem(), what + ": " + known.message(), known.getCause());
        }
        // Vert.x says so where a connection ends under a request, as that of an API server that restarts does.
        boolean transport = cause instanceof IOException
                || cause instanceof TimeoutException
                || cause instanceof HttpClosedException
                || cause instanceof StreamResetException;
        return new ClusterException(
                transport ? Problem.UNAVAILABLE : Problem.UNEXPECTED, what + ": " + plainly(cause), cause);
    }

    /** What people can do something with; the class of an exception only where there is nothing better. */
    static String plainly(Throwable cause) {
        String message = cause.getMessage() == null ? "" : shortened(cause.getMessage());
        String detail = message.isEmpty() ? "" : " (" + message + ")";
        return switch (cause) {
            case UnknownHostException unknown -> "no answer, the name of the API server cannot be resolved" + detail;
            case NoRouteToHostException unreachable -> "no answer, there is no route to the API server" + detail;
            case ConnectException connect ->
                message.toLowerCase(Locale.ROOT).contains("refused")
                        ? "no answer, the connection was refused" + detail
                        : "no answer, the connection could not be made" + detail;
            case SSLException tls -> "no answer, TLS failed" + detail;
            case TimeoutException late -> "no answer in time" + detail;
            case HttpClosedException cut -> "the connection was closed before the answer came" + detail;
            case StreamResetException cut -> "the connection was closed before the answer came" + detail;
            default ->
                "no answer, "
                        + (message.isEmpty()
                                ? cause.getClass().getSimpleName()
                                : cause.getClass().getSimpleName() + ": " + message);
        };
    }

    private static JsonNode parse(byte @Nullable [] body) {
        if (body != null && body.length > 0 && body[0] == '{') {
            try {
                return JSON.readTree(body);
            } catch (IOException expected) {
                // A proxy's own page; the code says enough.
            }
        }
        return JSON.createObjectNode();
    }

    private static String shortened(String text) {
        return text.length() <= 1000 ? text : text.substring(0, 1000) + "...";
    }
}
