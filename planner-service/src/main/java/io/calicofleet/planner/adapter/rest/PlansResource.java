package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.Procedure;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.calicofleet.planner.port.CommandSender;
import io.calicofleet.planner.port.FleetView;
import io.calicofleet.planner.port.PlanReader;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What an upgrade would do, before anything of it is done. */
@Path("/api/v1/plans")
@Produces({MediaType.APPLICATION_JSON, ProblemDocument.MEDIA_TYPE})
@Tag(name = "Plans", description = "What an upgrade would do, before anything of it is done.")
public class PlansResource {

    private static final String NAME = "The plan's name.";

    private final FleetView view;
    private final PlansMade made;
    private final Lookups lookups;
    private final CampaignCommandService commands;
    private final IdempotencyKeys keys;
    private final Callers callers;

    /** The resource over this view, reading plans and sending commands there. */
    public PlansResource(
            FleetView view,
            PlanReader plans,
            CommandSender sender,
            VersionCatalogue catalogue,
            IdempotencyKeys keys,
            InstantSource clock,
            Callers callers) {
        this.callers = callers;
        this.view = callers.visible(view);
        this.made = new PlansMade(this.view, plans);
        this.lookups = new Lookups(this.view);
        this.commands = new CampaignCommandService(view, this.view, sender, catalogue, clock, made);
        this.keys = keys;
    }

    /** Has a plan made. */
    @POST
    @Consumes({MediaType.APPLICATION_JSON, BodyReader.YAML, BodyReader.OLD_YAML})
    @Operation(
            summary = "Plan a campaign",
            description =
                    "Takes the document of an upgrade, as JSON or YAML. Each of its clusters is read, and what the upgrade"
                            + " would write is worked out by the very steps that would do it; nothing is written. Plans are"
                            + " kept for a week.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema =
                                    @Schema(
                                            type = SchemaType.OBJECT,
                                            description = "See campaign.schema.json of the event contract.")))
    @APIResponse(
            responseCode = "202",
            description = "Accepted; Location is where the plan will be.",
            content = @Content(schema = @Schema(implementation = Accepted.class)))
    public Response create(byte[] body, @Context HttpHeaders headers) {
        BodyReader.Body read = BodyReader.body(body, headers.getMediaType());
        Accepted accepted;
        try {
            accepted = keys.once(
                    IdempotencyKeys.read(headers.getHeaderString(IdempotencyKeys.HEADER)),
                    "plans",
                    body,
                    () -> commands.plan(read.tree(), callers.of(headers)));
        } catch (ProblemException e) {
            throw e.located(read.located());
        }
        return Response.accepted(accepted)
                .location(URI.create("/api/v1/plans/" + accepted.campaign()))
                .build();
    }

    /** A plan. */
    @GET
    @Path("/{name}")
    @Operation(
            summary = "One plan",
            description =
                    "How far it is; for each cluster what would be written, in numbers, or why it would be held or refused;"
                            + " and once it is made, the digest to apply it by.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = PlanDocument.class)))
    public Response plan(@Parameter(description = NAME) @PathParam("name") String name, @Context Request request) {
        CampaignStatus status = lookups.campaign(name);
        if (status.spec().procedure() != Procedure.PLAN) {
            throw ProblemDocument.unknown("plan", name, "");
        }
        return Tagged.answer(request, PlanDocument.of(status, view.clusters(status.campaign())));
    }

    /** The plan of one cluster, with everything that would be written. */
    @GET
    @Path("/{name}/clusters/{id}")
    @Blocking
    @Operation(
            summary = "The plan of one cluster",
            description =
                    "Every object that would be written, and its fields as they are and as they will be; also of an upgrade"
                            + " that has an accepted plan.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = PlanMade.class)))
    public PlanMade cluster(
            @Parameter(description = "The name of the plan, or of the campaign.") @PathParam("name") String name,
            @Parameter(description = "The cluster's id.") @PathParam("id") String id) {
        CampaignStatus status = lookups.campaign(name);
        return made.newest(status, lookups.cluster(status, id));
    }

    /** What has changed since the plan that was accepted. */
    @GET
    @Path("/{name}/clusters/{id}/changes")
    @Blocking
    @Operation(
            summary = "What has changed since a plan was accepted",
            description =
                    "Of a cluster whose upgrade keeps to a plan: in what its newest plan differs from that one, a line each.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Changes.class)))
    public Changes changes(
            @Parameter(description = "The name of the campaign.") @PathParam("name") String name,
            @Parameter(description = "The cluster's id.") @PathParam("id") String id) {
        CampaignStatus status = lookups.campaign(name);
        ClusterStatus cluster = lookups.cluster(status, id);
        String accepted = cluster.acceptedPlan();
        if (accepted == null) {
            throw ProblemDocument.conflict("Cluster " + id + " keeps to no plan in campaign " + name + ".", List.of());
        }
        PlanMade now = made.newest(status, cluster);
        return new Changes(accepted, now.plan().digest(), made.changes(cluster, accepted, now));
    }

    /**
     * In what a plan differs from the one that was accepted.
     *
     * @param accepted the digest of that one
     * @param now the digest of what would be done now
     * @param changes what differs, a line each; empty where nothing does
     */
    @Schema(name = "PlanChanges", description = "In what a plan differs from the one that was accepted.")
    public record Changes(String accepted, String now, List<String> changes) {

        public Changes {
            changes = List.copyOf(changes);
        }
    }
}
