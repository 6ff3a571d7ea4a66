package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Explanation;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.access.Act;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.calicofleet.planner.core.review.EditedPolicy;
import io.calicofleet.planner.core.why.Explanations;
import io.calicofleet.planner.port.ClusterDocument;
import io.calicofleet.planner.port.CommandSender;
import io.calicofleet.planner.port.DecisionReader;
import io.calicofleet.planner.port.FleetView;
import io.calicofleet.planner.port.PlanReader;
import io.calicofleet.runtime.Signing;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BiFunction;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Campaigns: where they are, and what people do to them. */
@Path("/api/v1/campaigns")
@Produces({MediaType.APPLICATION_JSON, ProblemDocument.MEDIA_TYPE})
@Tag(name = "Campaigns", description = "Where campaigns are, and what people do to them.")
public class CampaignsResource {

    private static final String NAME = "The campaign's name.";

    private final FleetView view;
    private final Lookups lookups;
    private final Listings lists;
    private final CampaignCommandService commands;
    private final IdempotencyKeys keys;
    private final InstantSource clock;
    private final Replays replays;
    private final Statements statements;
    private final BiFunction<CampaignStatus, List<byte[]>, Report> reports;
    private final ReportFiles files = new ReportFiles();
    private final Callers callers;
    private final Permits permits;
    private final NotYours notYours;

    /** The resource over this view, sending commands there. */
    public CampaignsResource(
            FleetView view,
            CommandSender sender,
            VersionCatalogue catalogue,
            IdempotencyKeys keys,
            InstantSource clock,
            PlannerCore core,
            DecisionReader decisions,
            PlanReader plans,
            ServerVersion version,
            SitePasskeys passkeys,
            Signing signing,
            Callers callers) {
        this.callers = callers;
        this.permits = new Permits(view);
        this.notYours = new NotYours(view);
        this.view = callers.visible(view);
        this.lookups = new Lookups(this.view);
        this.lists = new Listings(this.view);
        this.commands = new CampaignCommandService(
                view, this.view, sender, catalogue, clock, new PlansMade(this.view, plans), passkeys);
        this.keys = keys;
        this.clock = clock;
        this.replays = new Replays(callers, new Permits(view), this.view, lookups, core, decisions);
        this.statements = new Statements(core, decisions, signing);
        this.reports = (campaign, clusters) ->
                new Report(clock.instant(), version.version(), campaign, clusters, statements, plans);
    }

    /** All campaigns. */
    @GET
    @Operation(summary = "All campaigns", description = "Every campaign whose status is kept, by name.")
    @APIResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(type = SchemaType.ARRAY, implementation = CampaignStatus.class)))
    public Response campaigns(@Context UriInfo asked, @Context Request request) {
        return lists.campaigns(asked, request);
    }

    /** One campaign. */
    @GET
    @Path("/{name}")
    @Operation(summary = "One campaign", description = "Where it is: its phase, its waves, and its clusters by phase.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = CampaignStatus.class)))
    public Response campaign(@Parameter(description = NAME) @PathParam("name") String name, @Context Request request) {
        return Tagged.answer(request, lookups.campaign(name));
    }

    /** What of it waits for an approval. */
    @GET
    @Path("/{name}/approvals")
    @Operation(
            summary = "What waits for an approval",
            description =
                    "What an approval of the wave that waits, and of the revision that is proposed, is of; and the digest that a"
                            + " passkey signs for it.")
    @APIResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(type = SchemaType.ARRAY, implementation = WaitingApproval.class)))
    public List<WaitingApproval> approvals(@Parameter(description = NAME) @PathParam("name") String name) {
        return WaitingApproval.of(lookups.campaign(name));
    }

    /** Its clusters. */
    @GET
    @Path("/{name}/clusters")
    @Operation(summary = "The clusters of a campaign", description = "Where each of them is, by id.")
    @APIResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(type = SchemaType.ARRAY, implementation = ClusterStatus.class)))
    public Response clusters(
            @Parameter(description = NAME) @PathParam("name") String name,
            @Context UriInfo asked,
            @Context Request request) {
        return lists.clusters(lookups.campaign(name), asked, request);
    }

    /** One of its clusters. */
    @GET
    @Path("/{name}/clusters/{id}")
    @Operation(
            summary = "One cluster of a campaign",
            description = "Where it is: its steps, its gates with their evidence, and what waits for a person.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = ClusterStatus.class)))
    public Response cluster(
            @Parameter(description = NAME) @PathParam("name") String name,
            @Parameter(description = "The cluster's id.") @PathParam("id") String id,
            @Context Request request) {
        return Tagged.answer(request, lookups.clusterDocument(lookups.campaign(name), id));
    }

    /** Why it is where it is. */
    @GET
    @Path("/{name}/explanation")
    @Operation(
            summary = "Why a campaign is where it is",
            description =
                    "For all of it that is not finished: by which rule it waits, since when, what ends that, who can,"
                            + " and the commands to type. What goes on by itself comes last, alike clusters together.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Explanation.class)))
    public Explanation explanation(@Parameter(description = NAME) @PathParam("name") String name) {
        CampaignStatus campaign = lookups.campaign(name);
        return notYours.marked(
                Explanations.of(campaign, view.clusters(campaign.campaign()), clock.instant(), view.heard()),
                callers.rights());
    }

    /** Why one of its clusters is where it is. */
    @GET
    @Path("/{name}/clusters/{id}/explanation")
    @Operation(
            summary = "Why a cluster of a campaign is where it is",
            description = "The same of one cluster; without a reason where it is finished.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Explanation.class)))
    public Explanation explanation(
            @Parameter(description = NAME) @PathParam("name") String name,
            @Parameter(description = "The cluster's id.") @PathParam("id") String id) {
        CampaignStatus campaign = lookups.campaign(name);
        return notYours.marked(
                Explanations.of(campaign, lookups.cluster(campaign, id), clock.instant(), view.heard()),
                callers.rights());
    }

    /** What was done to one of its clusters, signed. */
    @GET
    @Path("/{name}/clusters/{id}/statement")
    @Blocking
    @Operation(
            summary = "A signed statement of what was done to a cluster",
            description =
                    "From which version to which, what was kept, whether packets flowed, what was judged, and by whom it was"
                            + " approved: an in-toto statement in a DSSE envelope, signed by the planner. Where nothing is signed, it"
                            + " has no signature. The same for as long as nothing more is done to the cluster.")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema =
                                    @Schema(
                                            type = SchemaType.OBJECT,
                                            description = "payloadType, payload and signatures.")))
    @APIResponse(
            responseCode = "409",
            description = "The campaign is not finished with the cluster, or its beginning is not kept any more.",
            content =
                    @Content(
                            mediaType = ProblemDocument.MEDIA_TYPE,
                            schema = @Schema(implementation = ProblemDocument.class)))
    public Response statement(
            @Parameter(description = NAME) @PathParam("name") String name,
            @Parameter(description = "The cluster's id.") @PathParam("id") String id) {
        CampaignStatus campaign = lookups.campaign(name);
        return Response.ok(statements.of(campaign, lookups.cluster(campaign, id)))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .build();
    }

    /** What an edited policy would cut. */
    @POST
    @Path("/{name}/clusters/{id}/edited-policy")
    @Consumes({MediaType.APPLICATION_JSON, BodyReader.YAML, BodyReader.OLD_YAML})
    @Blocking
    @Operation(
            summary = "What an edited policy would cut",
            description =
                    "Holds a policy, as YAML, against the one that the traffic review of the cluster suggests: whether Felix would"
                            + " do what it says, and what of the traffic that was seen, or must be possible, it does not let"
                            + " through. Nothing is written, and the cluster is not asked.")
    @RequestBody(required = true, content = @Content(schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = EditedPolicy.class)))
    public EditedPolicy editedPolicy(
            @Parameter(description = NAME) @PathParam("name") String name,
            @Parameter(description = "The cluster's id.") @PathParam("id") String id,
            byte[] policy) {
        CampaignStatus campaign = lookups.campaign(name);
        ClusterStatus cluster = lookups.cluster(campaign, id);
        permits.check(callers.rights(), Act.APPROVE, campaign.campaign(), cluster.cluster());
        return EditedPolicies.judged(cluster, policy);
    }

    /** What is ahead of it. */
    @GET
    @Path("/{name}/outlook")
    @Blocking
    @Operation(
            summary = "What is ahead of a campaign",
            description =
                    "The maintenance windows of the next 14 days, and when the campaign is expected to end if nothing more fails and"
                            + " nobody is waited for: what is left of it is simulated, with clusters that take as long as those took"
                            + " that are done.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Outlook.class)))
    public Outlook outlook(@Parameter(description = NAME) @PathParam("name") String name) {
        CampaignStatus campaign = lookups.campaign(name);
        return Outlook.of(campaign, view.clusters(campaign.campaign()), clock.instant());
    }

    /** Where it was at another time. */
    @GET
    @Path("/{name}/replay")
    @Blocking
    @Operation(
            summary = "A campaign as it was",
            description =
                    "Decided once more, by the same rules, from what was written down when it was decided first: its status,"
                            + " its clusters, and why what waited did, at that time. With 'to', what changed from the one"
                            + " time to the other.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = ReplayDocument.class)))
    @APIResponse(
            responseCode = "409",
            description = "Its beginning is not kept any more, or never was.",
            content =
                    @Content(
                            mediaType = ProblemDocument.MEDIA_TYPE,
                            schema = @Schema(implementation = ProblemDocument.class)))
    public ReplayDocument replay(
            @Parameter(description = NAME) @PathParam("name") String name,
            @Parameter(
                            description =
                                    "A time with its zone, such as 2026-11-28T10:00:00Z, or the offset of a decision."
                                            + " Default: now")
                    @QueryParam("at")
                    @Nullable
                    String at,
            @Parameter(description = "A later one: what changed until then is told.") @QueryParam("to") @Nullable
                    String to) {
        return replays.replay(name, at, to);
    }

    /** What it did, and who wanted it. */
    @GET
    @Path("/{name}/report")
    @Blocking
    @Operation(
            summary = "The report of a campaign",
            description =
                    "What it did and who wanted it: its status, its clusters with their steps and gates, what people asked and"
                            + " whether it was refused, what went wrong, verdicts with their evidence, signed statements of what"
                            + " was done to each cluster, and plans. With 'form' it is a file with digests, which calico-fleet"
                            + " report --verify checks, and a header Report-Digest.")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema =
                                    @Schema(
                                            type = SchemaType.OBJECT,
                                            description =
                                                    "apiVersion, kind, madeAt, version, campaign, clusters, events, missing,"
                                                            + " signedBy, statements and plans.")))
    public Response report(
            @Parameter(description = NAME) @PathParam("name") String name,
            @Parameter(
                            description =
                                    "The file: html, a page; json, the data; zip, both with each statement. Default: the data"
                                            + " alone, without digests")
                    @QueryParam("form")
                    @Nullable
                    String form) {
        CampaignStatus campaign = whole(name);
        Report report = reports.apply(campaign, documents(campaign));
        if (form != null) {
            return files.answer(report, form);
        }
        return Response.ok(report).type(MediaType.APPLICATION_JSON_TYPE).build();
    }

    /** The campaign, where whoever asks may see all of it. */
    private CampaignStatus whole(String name) {
        CampaignStatus campaign = lookups.campaign(name);
        permits.check(callers.rights(), Act.SEE, campaign.campaign(), (ClusterId) null);
        return campaign;
    }

    private List<byte[]> documents(CampaignStatus campaign) {
        return view.clusterDocuments(campaign.campaign()).values().stream()
                .map(ClusterDocument::json)
                .toList();
    }

    /** All that is kept of it. */
    @GET
    @Path("/{name}/archive")
    @Operation(
            summary = "A campaign as one document",
            description =
                    "All that is kept of it: its document, its status, and those of its clusters with the history of"
                            + " their steps. To be kept elsewhere before it is deleted.")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            schema =
                                    @Schema(
                                            type = SchemaType.OBJECT,
                                            description = "apiVersion, kind, archivedAt, campaign and clusters.")))
    public Response archive(@Parameter(description = NAME) @PathParam("name") String name) {
        CampaignStatus campaign = whole(name);
        return Response.ok(new Archive(clock.instant(), campaign, documents(campaign)))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .build();
    }

    /** Deletes it. */
    @DELETE
    @Path("/{name}")
    @Operation(
            summary = "Delete a campaign",
            description =
                    "Forgets a campaign that is over: succeeded, aborted, failed or refused. Its name cannot be used"
                            + " again, since the clusters remember its steps.")
    @APIResponse(
            responseCode = "202",
            description = "Accepted; its statuses go within moments.",
            content = @Content(schema = @Schema(implementation = Accepted.class)))
    @APIResponse(
            responseCode = "409",
            description = "It is not over.",
            content =
                    @Content(
                            mediaType = ProblemDocument.MEDIA_TYPE,
                            schema = @Schema(implementation = ProblemDocument.class)))
    public Response delete(
            @Parameter(description = NAME) @PathParam("name") String name,
            @Parameter(description = "Why; recorded.") @QueryParam("reason") @Nullable String reason,
            @Context HttpHeaders headers) {
        return Response.accepted(commands.delete(name, reason == null ? "" : reason, callers.of(headers)))
                .build();
    }

    /** Creates a campaign. */
    @POST
    @Consumes({MediaType.APPLICATION_JSON, BodyReader.YAML, BodyReader.OLD_YAML})
    @Operation(
            summary = "Create a campaign",
            description =
                    "Takes the campaign's document, the same as in its file, as JSON or YAML. The same document"
                            + " again changes nothing, and is answered with unchanged. Another document of a campaign that runs is"
                            + " a revision: it is answered with what would change, and in force once that is approved by its digest.")
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
            description = "Accepted; Location is where its status will be.",
            content = @Content(schema = @Schema(implementation = Accepted.class)))
    public Response create(
            @Parameter(
                            description =
                                    "The name or the digest of a plan: exactly that is carried out; a cluster of which"
                                            + " something has changed since is held before its first write.")
                    @QueryParam("plan")
                    @Nullable
                    String plan,
            @Parameter(
                            description =
                                    "Where the campaign runs: whether clusters that fit it since it was created are to take"
                                            + " part, by a revision.")
                    @QueryParam("takeIn")
                    @DefaultValue("false")
                    boolean takeIn,
            byte[] body,
            @Context HttpHeaders headers) {
        if (plan != null && takeIn) {
            throw ProblemDocument.conflict("A campaign that runs takes in clusters without a plan of them.", List.of());
        }
        BodyReader.Body read = BodyReader.body(body, headers.getMediaType());
        Accepted accepted;
        try {
            accepted = keys.once(
                    IdempotencyKeys.read(headers.getHeaderString(IdempotencyKeys.HEADER)),
                    plan != null ? "campaigns?plan=" + plan : takeIn ? "campaigns?takeIn" : "campaigns",
                    body,
                    () -> plan == null
                            ? commands.create(read.tree(), takeIn, callers.of(headers))
                            : commands.create(read.tree(), plan, callers.of(headers)));
        } catch (ProblemException e) {
            throw e.located(read.located());
        }
        return Response.accepted(accepted)
                .location(URI.create("/api/v1/campaigns/" + accepted.campaign()))
                .build();
    }

    /** Does something to it; what there is to do, {@link ApiDescription} adds to the description. */
    @POST
    @Path("/{name}/{action}")
    @Operation(summary = "Act on a campaign")
    public Response act(
            @Parameter(description = NAME) @PathParam("name") String name,
            @PathParam("action") String action,
            byte[] body,
            @Context HttpHeaders headers) {
        Object tree = BodyReader.tree(body, headers.getMediaType());
        return Response.accepted(commands.act(Action.of(action), name, tree, callers.of(headers)))
                .build();
    }
}
