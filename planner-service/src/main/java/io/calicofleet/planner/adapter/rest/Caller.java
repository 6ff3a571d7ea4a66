package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.Identity;
import io.calicofleet.planner.core.access.Person;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, and in which trace.
 *
 * @param person who
 * @param traceparent the W3C trace context; null where there is none
 */
record Caller(Person person, @Nullable String traceparent) {

    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    /** That person. What a header holds beyond a trace context is dropped, never passed on. */
    static Caller of(Person person, @Nullable String traceparent) {
        return new Caller(
                person, traceparent != null && TRACEPARENT.matcher(traceparent).matches() ? traceparent : null);
    }

    /** What people call them; the subject of a sentence. */
    String name() {
        return person.name();
    }

    /** Who it is, for an event. */
    Identity identity() {
        return new Identity(person.name(), person.subject(), person.issuer(), person.authenticatedBy(), List.of());
    }
}
