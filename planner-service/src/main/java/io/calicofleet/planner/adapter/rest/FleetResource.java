package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.FleetStop;
import io.calicofleet.planner.port.CommandSender;
import io.calicofleet.planner.port.FleetView;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What holds for all campaigns at once. */
@Path("/api/v1/fleet")
@Produces({MediaType.APPLICATION_JSON, ProblemDocument.MEDIA_TYPE})
@Tag(name = "Fleet", description = "What holds for all campaigns at once.")
public class FleetResource {

    private final FleetView view;
    private final FleetCommandService commands;
    private final Callers callers;

    /** The resource over this view, sending commands there. */
    public FleetResource(FleetView view, CommandSender sender, InstantSource clock, Callers callers) {
        this.callers = callers;
        this.view = view;
        this.commands = new FleetCommandService(view, sender, clock);
    }

    /** Whether everything is stopped. */
    @GET
    @Operation(
            summary = "What holds for all campaigns",
            description = "Whether everything is stopped, by whom, and why.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = FleetStop.class)))
    public FleetStop fleet() {
        return view.stop()
                .map(stop -> FleetStop.of(stop, stop.at()))
                .orElseGet(() -> new FleetStop(null, null, "Nothing is stopped."));
    }

    /** Stops everything. */
    @POST
    @Path("/stop")
    @Consumes({MediaType.APPLICATION_JSON, BodyReader.YAML, BodyReader.OLD_YAML})
    @Operation(
            summary = "Stop everything",
            description =
                    "No campaign starts another cluster, on any planner, until it is resumed; nor does one that is created"
                            + " meanwhile. What is under way finishes. Needs a reason.")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = ActionRequest.class)))
    @APIResponse(
            responseCode = "202",
            description = "Accepted; campaigns show it within moments.",
            content = @Content(schema = @Schema(implementation = Accepted.class)))
    public Response stop(byte[] body, @Context HttpHeaders headers) {
        return Response.accepted(commands.stop(BodyReader.tree(body, headers.getMediaType()), callers.of(headers)))
                .build();
    }

    /** Ends the stop. */
    @POST
    @Path("/resume")
    @Consumes({MediaType.APPLICATION_JSON, BodyReader.YAML, BodyReader.OLD_YAML})
    @Operation(
            summary = "End the stop of everything",
            description =
                    "All campaigns go on where they were; one that is paused stays so. Where the same failure on several clusters"
                            + " stopped everything, those that are known by now do not stop it again. Needs a reason.")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = ActionRequest.class)))
    @APIResponse(
            responseCode = "202",
            description = "Accepted; campaigns show it within moments.",
            content = @Content(schema = @Schema(implementation = Accepted.class)))
    @APIResponse(
            responseCode = "409",
            description = "Nothing is stopped.",
            content =
                    @Content(
                            mediaType = ProblemDocument.MEDIA_TYPE,
                            schema = @Schema(implementation = ProblemDocument.class)))
    public Response resume(byte[] body, @Context HttpHeaders headers) {
        return Response.accepted(commands.resume(BodyReader.tree(body, headers.getMediaType()), callers.of(headers)))
                .build();
    }
}
