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
import org.jspecify.annotations.Nullable;

/** How somebody who is not known comes to be: the one path that needs no token. */
@Path("/api/v1/login")
@Produces({MediaType.APPLICATION_JSON, ProblemDocument.MEDIA_TYPE})
@Tag(name = "Access", description = "Who asks, and what they may do.")
public class LoginResource {

    private final Login login;

    /** The resource that tells of this. */
    public LoginResource(Login login) {
        this.login = login;
    }

    /** How to log in. */
    @GET
    @Operation(
            summary = "How to log in",
            description =
                    "The OpenID provider whose tokens count here, and as which client a command line asks it. Needs no token.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Login.class)))
    public Login login() {
        return login;
    }

    /**
     * How to log in.
     *
     * @param issuer the provider; null: there is none, and people have tokens of the planner's own
     * @param clientId as which client a command line asks it; null with the provider
     * @param scopes what it asks for
     */
    @Schema(name = "Login", description = "The OpenID provider whose tokens count here.")
    public record Login(@Nullable String issuer, @Nullable String clientId, String scopes) {}
}
