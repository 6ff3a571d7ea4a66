package io.calicofleet.planner.adapter.rest;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, and in which trace.
 *
 * @param actor the person, as the header {@code X-Actor} names them; null where it does not
 * @param traceparent the W3C trace context; null where there is none
 */
record Caller(@Nullable String actor, @Nullable String traceparent) {

    /** The header that names the person. */
    static final String ACTOR = "X-Actor";

    private static final int LONGEST_ACTOR = 200;
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    /** The caller the headers name. What they hold beyond a name or a trace context is dropped, never passed on. */
    static Caller of(HttpHeaders headers) {
        String actor = headers.getHeaderString(ACTOR);
        String traceparent = headers.getHeaderString("traceparent");
        return new Caller(
                actor == null ? null : name(actor),
                traceparent != null && TRACEPARENT.matcher(traceparent).matches() ? traceparent : null);
    }

    /** The person as the subject of a sentence. */
    String asSubject() {
        return actor == null ? "Somebody" : actor;
    }

    private static @Nullable String name(String header) {
        String clean = header.replaceAll("\\p{Cntrl}", "").strip();
        return clean.isEmpty() ? null : clean.substring(0, Math.min(clean.length(), LONGEST_ACTOR));
    }
}
