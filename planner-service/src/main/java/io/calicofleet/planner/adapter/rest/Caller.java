package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.Identity;
import io.calicofleet.event.TraceContext;
import io.calicofleet.planner.core.access.Rights;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, and in which trace.
 *
 * @param rights who, and what they may do
 * @param trace the W3C trace context; null where there is none
 */
record Caller(Rights rights, @Nullable TraceContext trace) {

    /** That person. What a header holds beyond a trace context is dropped, never passed on. */
    static Caller of(Rights rights, @Nullable String traceparent, @Nullable String tracestate) {
        return new Caller(rights, TraceContext.read(traceparent, tracestate));
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
