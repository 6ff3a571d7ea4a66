package io.calicofleet.planner.adapter.rest;

import io.calicofleet.planner.core.audit.Asked;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;

/** Leaves for the audit why something is refused. */
@Provider
public final class RefusalReason implements ContainerResponseFilter {

    private final CurrentVertxRequest current;

    /** The filter; {@code current} has the request at hand. */
    @Inject
    public RefusalReason(CurrentVertxRequest current) {
        this.current = current;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        RoutingContext exchange = current.getCurrent();
        if (exchange != null && response.getEntity() instanceof ProblemDocument problem) {
            exchange.put(Asked.WHY, problem.detail().isEmpty() ? problem.title() : problem.detail());
        }
    }
}
