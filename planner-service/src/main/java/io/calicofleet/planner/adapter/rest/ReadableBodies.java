package io.calicofleet.planner.adapter.rest;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.stream.Stream;

/**
 * Refuses a body whose {@code Content-Type} is none, for whoever reads it could only guess, or one that any page in a browser may send
 * without asking first.
 */
@Provider
public final class ReadableBodies implements ContainerRequestFilter {

    private static final List<MediaType> TYPES = Stream.of(
                    MediaType.APPLICATION_JSON, BodyReader.YAML, BodyReader.OLD_YAML)
            .map(MediaType::valueOf)
            .toList();

    @Override
    public void filter(ContainerRequestContext request) {
        String type = request.getHeaderString(HttpHeaders.CONTENT_TYPE);
        if (type != null && request.getMethod().equals(HttpMethod.POST)) {
            try {
                MediaType read = MediaType.valueOf(type);
                if (TYPES.stream().noneMatch(read::isCompatible)) {
                    throw ProblemDocument.notSupported("'" + type + "' is not read here.");
                }
            } catch (IllegalArgumentException malformed) {
                throw ProblemDocument.notSupported("'" + type + "' is no media type.");
            }
        }
    }
}
