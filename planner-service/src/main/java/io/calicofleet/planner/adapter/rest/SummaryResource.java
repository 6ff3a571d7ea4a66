package io.calicofleet.planner.adapter.rest;

import io.calicofleet.planner.port.FleetView;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Counts. */
@Path("/api/v1/summary")
@Produces({MediaType.APPLICATION_JSON, ProblemDocument.MEDIA_TYPE})
@Tag(name = "Summary", description = "How many of everything there are.")
public class SummaryResource {

    private final FleetView view;

    /** The resource over this view. */
    public SummaryResource(FleetView view, Callers callers) {
        this.view = callers.visible(view);
    }

    /** How many of everything there are. */
    @GET
    @Operation(
            summary = "Counts",
            description = "Campaigns by phase; clusters by version, install method, phase and reason.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Summary.class)))
    public Response summary(@Context Request request) {
        Lookups.requireWhole(view);
        return Tagged.answer(request, Summary.of(view));
    }
}
