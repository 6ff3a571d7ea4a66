package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterSelector;
import io.calicofleet.planner.core.access.Act;
import io.calicofleet.planner.core.access.Person;
import io.calicofleet.planner.core.access.Rights;
import io.calicofleet.planner.core.access.Rights.Placed;
import io.calicofleet.planner.port.FleetView;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Who asks, as the planner knows them. */
@Path("/api/v1/whoami")
@Produces({MediaType.APPLICATION_JSON, ProblemDocument.MEDIA_TYPE})
@Tag(name = "Access", description = "Who asks, and what they may do.")
public class WhoamiResource {

    private final Callers callers;
    private final FleetView all;
    private final Lookups lookups;

    /** The resource that tells of these, and of what they may do to what is in the view. */
    public WhoamiResource(Callers callers, FleetView view) {
        this.callers = callers;
        this.all = view;
        this.lookups = new Lookups(callers.visible(view));
    }

    /** Who asks. */
    @GET
    @Operation(
            summary = "Who asks",
            description =
                    "As whom the planner knows you, which roles you have for what, and what you may do: to everything, or to"
                            + " the campaign asked about. Who may do something only to a part of it is not told that they may.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Whoami.class)))
    public Whoami whoami(
            @Parameter(description = "Tell what may be done to this campaign.") @QueryParam("campaign") @Nullable
                    String campaign) {
        Rights rights = callers.rights();
        Person person = rights.person();
        return new Whoami(
                person.name(),
                person.subject(),
                person.issuer(),
                person.authenticatedBy(),
                List.copyOf(new TreeSet<>(person.groups())),
                rights.grants().stream()
                        .map(grant -> new Whoami.Had(
                                grant.role().encode(),
                                grant.scope().campaigns(),
                                grant.scope().clusters()))
                        .toList(),
                campaign == null
                        ? ofAll(rights)
                        : of(rights, lookups.campaign(campaign).campaign()));
    }

    private static List<String> ofAll(Rights rights) {
        return acts(act -> rights.refusalOfAll(act).isEmpty());
    }

    private List<String> of(Rights rights, CampaignName campaign) {
        List<Placed> clusters = VisibleFleet.placed(campaign, all);
        return acts(act -> rights.refusal(act, campaign, clusters, "").isEmpty());
    }

    private static List<String> acts(Predicate<Act> allowed) {
        return Arrays.stream(Act.values()).filter(allowed).map(Act::encode).toList();
    }

    /**
     * Somebody.
     *
     * @param name what rules and events call them
     * @param subject what their issuer calls them
     * @param issuer who vouches for them; null: the planner itself
     * @param authenticatedBy how they are known
     * @param groups the groups they are in
     * @param grants the roles they have
     * @param may what they may do to everything, or to the campaign asked about
     */
    @Schema(name = "Whoami", description = "As whom the planner knows whoever asks, and what they may do.")
    public record Whoami(
            String name,
            String subject,
            @Nullable String issuer,
            String authenticatedBy,
            List<String> groups,
            List<Had> grants,
            List<String> may) {

        public Whoami {
            groups = List.copyOf(groups);
            grants = List.copyOf(grants);
            may = List.copyOf(may);
        }

        /**
         * A role, and what it is for.
         *
         * @param role which role
         * @param campaigns the names of campaigns; empty: all
         * @param clusters which clusters; null: all
         */
        @Schema(name = "Grant", description = "A role, and what it is for.")
        public record Had(
                String role,
                List<String> campaigns,
                @Nullable ClusterSelector clusters) {

            public Had {
                campaigns = List.copyOf(campaigns);
            }
        }
    }
}
