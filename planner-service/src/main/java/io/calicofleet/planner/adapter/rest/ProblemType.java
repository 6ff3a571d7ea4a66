package io.calicofleet.planner.adapter.rest;

/** The kinds of problems this API tells of by itself; those of HTTP as such are {@code http-} and their status. */
enum ProblemType {
    UNPARSEABLE("unparseable-body", 400, "The body cannot be parsed"),
    FORBIDDEN("forbidden", 403, "You may not do that"),
    UNKNOWN("unknown", 404, "There is no such thing"),
    CONFLICT("conflict", 409, "The state does not allow it"),
    KEY_MALFORMED("idempotency-key-malformed", 400, "The Idempotency-Key is none"),
    KEY_IN_USE("idempotency-key-in-use", 409, "A request with this Idempotency-Key is under way"),
    KEY_REUSED("idempotency-key-reused", 422, "This Idempotency-Key was used for something else"),
    TOO_LARGE("too-large", 413, "The input is too large"),
    QUERY("invalid-query", 422, "The query is wrong"),
    INVALID("invalid-input", 422, "The input is wrong"),
    BUG("bug", 500, "An unexpected error in calico-fleet itself"),
    UNAVAILABLE("unavailable", 503, "Not available now");

    private static final String TYPES = "urn:calico-fleet:problem:";

    private final String uri;
    private final int status;
    private final String title;

    ProblemType(String name, int status, String title) {
        this.uri = TYPES + name;
        this.status = status;
        this.title = title;
    }

    /** The type of what HTTP itself refuses. */
    static String ofHttp(int status) {
        return TYPES + "http-" + status;
    }

    String uri() {
        return uri;
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }
}
