package io.calicofleet.planner.adapter.rest;

import io.calicofleet.planner.core.document.ObjectReader;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.runtime.passkey.Passkeys;
import io.calicofleet.runtime.passkey.PasskeysFile;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Passkeys of people: which of theirs count, and what makes another one count. */
@Path("/api/v1/passkeys")
@Produces({MediaType.APPLICATION_JSON, ProblemDocument.MEDIA_TYPE})
@Tag(name = "Access", description = "Who asks, and what they may do.")
public class PasskeysResource {

    private static final int LONGEST = 20_000;

    private final SitePasskeys passkeys;
    private final Callers callers;

    /** The resource that tells of these. */
    public PasskeysResource(SitePasskeys passkeys, Callers callers) {
        this.passkeys = passkeys;
        this.callers = callers;
    }

    /** What whoever asks has. */
    @GET
    @Operation(
            summary = "Your passkeys",
            description =
                    "The site that passkeys are for, those of yours that count here, and the challenge for another one; site is"
                            + " absent where this planner knows no passkeys.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Yours.class)))
    public Yours yours() {
        String person = callers.rights().person().name();
        return new Yours(
                person,
                passkeys.known().map(known -> known.site().id()).orElse(null),
                passkeys.known()
                        .map(known -> known.site().origins().stream().sorted().toList())
                        .orElse(List.of()),
                passkeys.known().map(known -> known.of(person)).orElse(List.of()),
                Base64.getUrlEncoder().withoutPadding().encodeToString(Passkeys.registration(person)));
    }

    /** Another one. */
    @POST
    @Consumes({MediaType.APPLICATION_JSON, BodyReader.YAML, BodyReader.OLD_YAML})
    @Operation(
            summary = "Register a passkey",
            description =
                    "Checks a passkey that a browser has made for you, and answers with the entry that makes it count. Nothing is"
                            + " kept: whoever writes the files of passkeys, the planner's and each executor's, decides.")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Made.class)))
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Entry.class)))
    public Entry register(byte[] body, @Context HttpHeaders headers) {
        Passkeys known = passkeys.orRefuse();
        List<Problem> problems = new ArrayList<>();
        ObjectReader reader = ObjectReader.of(BodyReader.tree(body, headers.getMediaType()), "", problems);
        String attestation = reader.required("attestation", PasskeysResource::binary, "what the authenticator says");
        String clientData = reader.required("clientData", PasskeysResource::binary, "what the browser says");
        reader.finish();
        if (attestation == null || clientData == null || !problems.isEmpty()) {
            throw ProblemDocument.invalid("The passkey cannot be understood.", problems);
        }
        try {
            Passkeys.Passkey made = known.registered(callers.rights().person().name(), attestation, clientData);
            return new Entry(made.id(), PasskeysFile.entry(made));
        } catch (IllegalArgumentException e) {
            throw SitePasskeys.wrong("The passkey does not count: " + e.getMessage());
        }
    }

    /** Binary parts, in Base64 for URLs without padding. */
    static String binary(String text) {
        if (!text.matches("[A-Za-z0-9_-]+") || text.length() > LONGEST) {
            throw new IllegalArgumentException("is no Base64 for URLs without padding, or too long.");
        }
        return text;
    }

    /**
     * What somebody has.
     *
     * @param person who asks
     * @param site the site passkeys are for; null: this planner knows none
     * @param origins the addresses of its pages, where passkeys can be used
     * @param passkeys the ids of theirs
     * @param challenge what an authenticator signs when it makes another one, in Base64 for URLs
     */
    @Schema(name = "Passkeys", description = "The passkeys of whoever asks, and what makes another one.")
    public record Yours(
            String person, @Nullable String site, List<String> origins, List<String> passkeys, String challenge) {

        public Yours {
            origins = List.copyOf(origins);
            passkeys = List.copyOf(passkeys);
        }
    }

    /**
     * A passkey that a browser has made; both in Base64 for URLs without padding.
     *
     * @param attestation {@code response.attestationObject}
     * @param clientData {@code response.clientDataJSON}
     */
    @Schema(name = "NewPasskey", description = "A passkey that a browser has made, as WebAuthn has it.")
    public record Made(String attestation, String clientData) {}

    /**
     * What makes it count.
     *
     * @param id what its authenticator calls it
     * @param entry the lines for the files of passkeys
     */
    @Schema(name = "PasskeyEntry", description = "The entry that makes a passkey count.")
    public record Entry(String id, String entry) {}
}
