package io.calicofleet.planner.adapter.rest;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;

/** Refuses a body whose {@code Content-Type} is none: whoever reads it could only guess, and RESTEasy takes it for a bug. */
@Provider
public final class ReadableBodies implements ContainerRequestFilter {

    @Override
    public void filter(ContainerRequestContext request) {
        String type = request.getHeaderString(HttpHeaders.CONTENT_TYPE);
        if (type != null && request.getMethod().equals(HttpMethod.POST)) {
            try {
                MediaType.valueOf(type);
            } catch (IllegalArgumentException malformed) {
                throw ProblemDocument.notSupported(type);
            }
        }
    }
}
