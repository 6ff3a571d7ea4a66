package io.calicofleet.planner.adapter.rest;

import io.calicofleet.planner.core.document.Problem;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An error as RFC 9457 has it.
 *
 * @param type what kind of error, always the same for the same kind
 * @param title the kind in words
 * @param status the HTTP status
 * @param detail what happened here
 * @param problems what exactly is wrong, where several things or a field can be named
 */
@Schema(name = "Problem", description = "What went wrong, as RFC 9457 has it.")
public record ProblemDocument(String type, String title, int status, String detail, List<Problem> problems) {

    /** Its media type. */
    public static final String MEDIA_TYPE = "application/problem+json";

    public ProblemDocument {
        problems = List.copyOf(problems);
    }

    /** 400: the body cannot be parsed. */
    static ProblemException unparseable(String detail, List<Problem> problems) {
        return exception(ProblemType.UNPARSEABLE, detail, problems);
    }

    /** 404: there is no such thing; {@code suggestion} is a name that is like it, or empty. */
    static ProblemException unknown(String what, String name, String suggestion) {
        String message = "There is no " + what + " '" + name + "'.";
        return exception(ProblemType.UNKNOWN, message, List.of(new Problem("", message, "", suggestion)));
    }

    /** 409: not in this state. */
    static ProblemException conflict(String detail, List<Problem> problems) {
        return exception(ProblemType.CONFLICT, detail, problems);
    }

    /** 413: it was read, and fits into no record. */
    static ProblemException tooLarge(String detail) {
        return exception(ProblemType.TOO_LARGE, detail, List.of(new Problem("", detail, "", "")));
    }

    /** 422: the input was read, and it is wrong. */
    static ProblemException invalid(String detail, List<Problem> problems) {
        return exception(ProblemType.INVALID, detail, problems);
    }

    /** 503: try again later. */
    static ProblemException unavailable(String detail) {
        return exception(ProblemType.UNAVAILABLE, detail, List.of());
    }

    /** 415: nobody can tell what the body is. */
    static ProblemException notSupported(String detail) {
        return new ProblemException(ofHttp(415, "Unsupported Media Type", detail, List.of(Offered.notSupported())));
    }

    /** What the HTTP layer itself answers: no such path, method or media type. */
    static ProblemDocument ofHttp(int status, String title, String path) {
        return Offered.problem(status, path)
                .map(problem -> ofHttp(status, title, problem.toString(), List.of(problem)))
                .orElseGet(() -> ofHttp(status, title, title, List.of()));
    }

    private static ProblemDocument ofHttp(int status, String title, String detail, List<Problem> problems) {
        return new ProblemDocument(ProblemType.ofHttp(status), title, status, detail, problems);
    }

    /** 500: our fault. */
    static ProblemDocument bug(String reference) {
        return document(
                ProblemType.BUG, "The planner's log has the details, under reference " + reference + ".", List.of());
    }

    /** What is wrong with the parameters after the path. */
    static ProblemException wrongQuery(String detail, List<Problem> problems) {
        return exception(ProblemType.QUERY, detail, problems);
    }

    /** A problem of that type. */
    static ProblemException exception(ProblemType type, String detail, List<Problem> problems) {
        return new ProblemException(document(type, detail, problems));
    }

    private static ProblemDocument document(ProblemType type, String detail, List<Problem> problems) {
        return new ProblemDocument(type.uri(), type.title(), type.status(), detail, problems);
    }
}
