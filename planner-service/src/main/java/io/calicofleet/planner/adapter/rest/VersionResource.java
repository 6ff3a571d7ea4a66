package io.calicofleet.planner.adapter.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Which planner answers. */
@Path("/api/v1/version")
@Produces({MediaType.APPLICATION_JSON, ProblemDocument.MEDIA_TYPE})
@Tag(name = "Version", description = "Which planner answers.")
public class VersionResource {

    private final ServerVersion version;

    /** The resource of this version. */
    public VersionResource(ServerVersion version) {
        this.version = version;
    }

    /** The version. */
    @GET
    @Operation(summary = "The version", description = "Which planner answers, and the version of this API.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = ServerVersion.class)))
    public ServerVersion version() {
        return version;
    }
}
