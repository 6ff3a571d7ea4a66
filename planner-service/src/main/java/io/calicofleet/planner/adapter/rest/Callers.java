package io.calicofleet.planner.adapter.rest;

import io.calicofleet.planner.core.access.Person;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.function.Supplier;

/** Tells who makes the request at hand. */
public final class Callers {

    private final Supplier<Person> current;

    /**
     * Where {@code current} tells who makes the request at hand.
     *
     * @param current throws where there is no request of a known person at hand, which is a bug
     */
    public Callers(Supplier<Person> current) {
        this.current = current;
    }

    Caller of(HttpHeaders headers) {
        return Caller.of(current.get(), headers.getHeaderString("traceparent"));
    }
}
