package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.Identity;
import io.calicofleet.planner.core.access.Person;
import io.calicofleet.planner.core.access.Rights;
import io.calicofleet.planner.core.access.Role;
import io.calicofleet.planner.port.FleetView;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Tells who makes the request at hand, and what they may do. */
public final class Callers {

    private final Supplier<Rights> current;
    private final Supplier<BooleanSupplier> still;

    /**
     * Where {@code current} tells who makes the request at hand.
     *
     * @param current throws where there is no request of a known person at hand, which is a bug
     * @param still gives what tells, also after the request, whether whoever made it would be known again
     */
    public Callers(Supplier<Rights> current, Supplier<BooleanSupplier> still) {
        this.current = current;
        this.still = still;
    }

    /** Who it is, for an event. */
    public static Identity identity(Rights rights) {
        Person person = rights.person();
        return new Identity(
                person.name(),
                person.subject(),
                person.issuer(),
                person.authenticatedBy(),
                rights.roles().stream().map(Role::encode).toList());
    }

    Caller of(HttpHeaders headers) {
        return Caller.of(current.get(), headers.getHeaderString("traceparent"), headers.getHeaderString("tracestate"));
    }

    BooleanSupplier still() {
        return still.get();
    }

    Rights rights() {
        return current.get();
    }

    /** What they may see of {@code all}. */
    FleetView visible(FleetView all) {
        return new VisibleFleet(all, current);
    }
}
