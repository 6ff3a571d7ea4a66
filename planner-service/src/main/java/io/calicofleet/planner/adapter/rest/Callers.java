package io.calicofleet.planner.adapter.rest;

import io.calicofleet.planner.core.access.Rights;
import io.calicofleet.planner.port.FleetView;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.function.Supplier;

/** Tells who makes the request at hand, and what they may do. */
public final class Callers {

    private final Supplier<Rights> current;

    /**
     * Where {@code current} tells who makes the request at hand.
     *
     * @param current throws where there is no request of a known person at hand, which is a bug
     */
    public Callers(Supplier<Rights> current) {
        this.current = current;
    }

    Caller of(HttpHeaders headers) {
        return Caller.of(current.get(), headers.getHeaderString("traceparent"));
    }

    Rights rights() {
        return current.get();
    }

    /** What they may see of {@code all}. */
    FleetView visible(FleetView all) {
        return new VisibleFleet(all, current);
    }
}
