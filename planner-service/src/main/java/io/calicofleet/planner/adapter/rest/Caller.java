package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.Identity;
import io.calicofleet.planner.core.access.Rights;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, and in which trace.
 *
 * @param rights who, and what they may do
 * @param traceparent the W3C trace context; null where there is none
 */
record Caller(Rights rights, @Nullable String traceparent) {

    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    /** That person. What a header holds beyond a trace context is dropped, never passed on. */
    static Caller of(Rights rights, @Nullable String traceparent) {
        return new Caller(
                rights, traceparent != null && TRACEPARENT.matcher(traceparent).matches() ? traceparent : null);
    }

    /** What people call them; the subject of a sentence. */
    String name() {
        return rights.person().name();
    }

    /** Who it is, for an event. */
    Identity identity() {
        return Callers.identity(rights);
    }
}
