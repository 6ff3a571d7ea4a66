package io.calicofleet.planner.adapter.rest;

import io.calicofleet.planner.port.CommandSender.CommandNotAcceptedException;
import io.calicofleet.planner.port.CommandSender.CommandTooLargeException;
import io.calicofleet.planner.port.LiveEvents.TooManyStreamsException;
import jakarta.inject.Inject;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every error leaves as problem+json. What nobody expected is logged under a reference, and only that is told. */
@Provider
public final class ProblemMapper implements ExceptionMapper<Throwable> {

    private static final Logger LOGGER = LoggerFactory.getLogger(ProblemMapper.class);

    private final Supplier<String> path;

    /** The mapper; {@code asked} is what the request at hand asks for. */
    @Inject
    public ProblemMapper(@Context UriInfo asked) {
        this(() -> asked.getRequestUri().getPath());
    }

    /** Where a request at {@code path} is at hand. */
    ProblemMapper(Supplier<String> path) {
        this.path = path;
    }

    @Override
    public Response toResponse(Throwable error) {
        return switch (error) {
            case ProblemException problem -> response(problem.document());
            case CommandNotAcceptedException notAccepted -> unavailable(notAccepted);
            case CommandTooLargeException tooLarge ->
                response(ProblemDocument.tooLarge(String.valueOf(tooLarge.getMessage()))
                        .document());
            case TooManyStreamsException tooMany -> unavailable(tooMany);
            case KafkaException kafka -> unavailable(kafka);
            case IOException connection -> {
                LOGGER.atDebug().setCause(connection).log("a client has left before its answer");
                yield unavailable(connection);
            }
            case WebApplicationException http -> ofHttp(http.getResponse());
            default -> bug(error);
        };
    }

    private static Response unavailable(Exception why) {
        String detail = why.getMessage() == null ? why.toString() : why.getMessage();
        return response(ProblemDocument.unavailable(detail).document());
    }

    private Response ofHttp(Response original) {
        Response.Status.Family family = original.getStatusInfo().getFamily();
        if (family != Response.Status.Family.CLIENT_ERROR && family != Response.Status.Family.SERVER_ERROR) {
            return original;
        }
        String asked = path.get();
        Response.ResponseBuilder problem = Response.fromResponse(original)
                .type(ProblemDocument.MEDIA_TYPE)
                .entity(ProblemDocument.ofHttp(
                        original.getStatus(), original.getStatusInfo().getReasonPhrase(), asked));
        return original.getStatus() == Response.Status.METHOD_NOT_ALLOWED.getStatusCode()
                ? problem.allow(Offered.methods(asked)).build()
                : problem.build();
    }

    private static Response bug(Throwable error) {
        String reference = UUID.randomUUID().toString();
        LOGGER.atError().addKeyValue("reference", reference).setCause(error).log("request failed unexpectedly");
        return response(ProblemDocument.bug(reference));
    }

    private static Response response(ProblemDocument document) {
        Response.ResponseBuilder builder = Response.status(document.status())
                .type(ProblemDocument.MEDIA_TYPE)
                .entity(document);
        return document.status() == 503
                ? builder.header(HttpHeaders.RETRY_AFTER, 5).build()
                : builder.build();
    }
}
