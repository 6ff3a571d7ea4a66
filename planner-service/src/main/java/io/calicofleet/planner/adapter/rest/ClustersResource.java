package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Explanation;
import io.calicofleet.event.Procedure;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.calicofleet.planner.core.why.Explanations;
import io.calicofleet.planner.port.CommandSender;
import io.calicofleet.planner.port.FleetView;
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
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The clusters executors serve. */
@Path("/api/v1/clusters")
@Produces({MediaType.APPLICATION_JSON, ProblemDocument.MEDIA_TYPE})
@Tag(name = "Clusters", description = "The clusters executors serve.")
public class ClustersResource {

    private static final String ID = "The cluster's id.";

    private final FleetView view;
    private final Lookups lookups;
    private final Listings lists;
    private final CampaignCommandService commands;
    private final IdempotencyKeys keys;
    private final InstantSource clock;
    private final Callers callers;
    private final NotYours notYours;

    /** The resource over this view, sending commands there. */
    public ClustersResource(
            FleetView view,
            CommandSender sender,
            VersionCatalogue catalogue,
            IdempotencyKeys keys,
            InstantSource clock,
            Callers callers) {
        this.callers = callers;
        this.notYours = new NotYours(view);
        this.view = callers.visible(view);
        this.lookups = new Lookups(this.view);
        this.lists = new Listings(this.view);
        this.commands = new CampaignCommandService(view, this.view, sender, catalogue, clock);
        this.keys = keys;
        this.clock = clock;
    }

    /** All clusters. */
    @GET
    @Operation(
            summary = "All clusters",
            description =
                    "Every cluster an executor serves, by id, and in \"campaign\" the one it is active in, or null.")
    @APIResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(type = SchemaType.ARRAY, implementation = ClusterAnnounced.class)))
    public Response clusters(@Context UriInfo asked, @Context Request request) {
        return lists.fleet(asked, request);
    }

    /** One cluster. */
    @GET
    @Path("/{id}")
    @Operation(summary = "One cluster", description = "What its executor says of it, and the campaign it is active in.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = ClusterAnnounced.class)))
    public Response cluster(@Parameter(description = ID) @PathParam("id") String id, @Context Request request) {
        ClusterAnnounced cluster = lookups.served(id);
        CampaignName campaign = view.engagements().get(cluster.cluster());
        return Tagged.answer(request, lists.member(cluster, campaign).json());
    }

    /** Why it is where it is, in each campaign that is not over. */
    @GET
    @Path("/{id}/explanation")
    @Operation(
            summary = "Why a cluster is where it is",
            description =
                    "An explanation for each campaign that is not over and has it; none where no campaign has. Plans are left out,"
                            + " for they change nothing.")
    @APIResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(type = SchemaType.ARRAY, implementation = Explanation.class)))
    public List<Explanation> explanation(@Parameter(description = ID) @PathParam("id") String id) {
        ClusterId cluster = lookups.served(id).cluster();
        return view.campaigns().stream()
                .filter(campaign ->
                        !campaign.phase().terminal() && campaign.spec().procedure() != Procedure.PLAN)
                .flatMap(campaign -> view
                        .cluster(campaign.campaign(), cluster)
                        .map(status -> notYours.marked(
                                Explanations.of(campaign, status, clock.instant(), view.heard()), callers.rights()))
                        .stream())
                .toList();
    }

    /** What campaigns did to it. */
    @GET
    @Path("/{id}/history")
    @Operation(
            summary = "What campaigns did to a cluster",
            description =
                    "Who wanted it when, from which version to which, and how it went: of every campaign that is not"
                            + " deleted, what began last first. Plans are left out, for they change nothing.")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema =
                                    @Schema(
                                            type = SchemaType.ARRAY,
                                            implementation = ClusterHistory.PastCampaign.class)))
    public List<ClusterHistory.PastCampaign> history(@Parameter(description = ID) @PathParam("id") String id) {
        return ClusterHistory.of(view, lookups.known(id));
    }

    /** Puts back what its newest backup holds. */
    @POST
    @Path("/{id}/restore")
    @Operation(
            summary = "Restore a cluster",
            description =
                    "Creates a small campaign of its own that puts back what the newest backup in the cluster holds.")
    @APIResponse(
            responseCode = "202",
            description = "Accepted; Location is where the status of the campaign will be.",
            content = @Content(schema = @Schema(implementation = Accepted.class)))
    public Response restore(
            @Parameter(description = ID) @PathParam("id") String id, byte[] body, @Context HttpHeaders headers) {
        ActionRequest request = ActionRequest.read(BodyReader.tree(body, headers.getMediaType()));
        Optional<String> key = IdempotencyKeys.read(headers.getHeaderString(IdempotencyKeys.HEADER));
        Accepted accepted = keys.once(
                key,
                "clusters/" + id + "/restore",
                body,
                () -> commands.restore(id, request.reason(), key, callers.of(headers)));
        return Response.accepted(accepted)
                .location(URI.create("/api/v1/campaigns/" + accepted.campaign()))
                .build();
    }
}
