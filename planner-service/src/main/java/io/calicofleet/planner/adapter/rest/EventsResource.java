package io.calicofleet.planner.adapter.rest;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.EventAttributes;
import io.calicofleet.event.EventType;
import io.calicofleet.model.document.Suggestion;
import io.calicofleet.planner.core.access.Rights;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.port.FleetView;
import io.calicofleet.planner.port.LiveEvents;
import io.calicofleet.planner.port.LiveEvents.Request;
import io.calicofleet.planner.port.LiveEvents.Start;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The live stream of events. */
@Path("/api/v1/events")
@Tag(name = "Events", description = "What happens, as it happens.")
public class EventsResource {

    private static final List<String> TYPES =
            Arrays.stream(EventType.values()).map(EventType::shortName).toList();
    private static final String NOW = "now";
    private static final String BEGINNING = "beginning";

    private final LiveEvents live;
    private final StreamLimits limits;
    private final FleetView view;
    private final Callers callers;

    /** The resource over these events. */
    public EventsResource(LiveEvents live, StreamLimits limits, FleetView view, Callers callers) {
        this.view = view;
        this.callers = callers;
        this.live = live;
        this.limits = limits;
    }

    /** The stream. */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Blocking
    @Operation(
            summary = "The live stream",
            description = "Server-sent events: id is the CloudEvents id, event the short type, data the event as"
                    + " CloudEvents 1.0 JSON. Comments keep a silent stream open. A client that reads too slowly is cut"
                    + " off; it goes on where it was by sending Last-Event-ID, and may then see some events twice.")
    public Multi<OutboundSseEvent> events(
            @Parameter(description = "Only events of this campaign.") @QueryParam("campaign") @Nullable String campaign,
            @Parameter(description = "Only events about this cluster.") @QueryParam("cluster") @Nullable String cluster,
            @Parameter(description = "Only these types, such as step.requested; repeated or separated by commas.")
                    @QueryParam("type")
                    List<String> types,
            @Parameter(description = "beginning: first what is kept, oldest first. now: only what is new.")
                    @QueryParam("from")
                    @Nullable
                    String from,
            @Parameter(
                            description =
                                    "now: it ends with what is there when it is asked for; its last frame is of the"
                                            + " event 'complete', without an id. Left out: it goes on with what comes.")
                    @QueryParam("to")
                    @Nullable
                    String to,
            @Parameter(description = "The id of the last event seen: the stream goes on after it.")
                    @HeaderParam("Last-Event-ID")
                    @Nullable
                    String lastEventId,
            @Context RoutingContext exchange) {
        Request request = request(campaign, cluster, types, from, to, lastEventId);
        SseFrames frames = new SseFrames(live.open(request), limits, callers.still());
        exchange.addEndHandler(ended -> frames.leave());
        if (exchange.response().closed()) {
            frames.leave();
        }
        return Multi.createFrom().publisher(frames);
    }

    private Request request(
            @Nullable String campaign,
            @Nullable String cluster,
            List<String> types,
            @Nullable String from,
            @Nullable String to,
            @Nullable String lastEventId) {
        List<Problem> problems = new ArrayList<>();
        CampaignName campaignName = parse("campaign", campaign, CampaignName::of, problems);
        ClusterId clusterId = parse("cluster", cluster, ClusterId::of, problems);
        Set<EventType> wanted = types(types, problems);
        Start start = start(from, lastEventId, problems);
        boolean soFar = soFar(to, start, problems);
        if (!problems.isEmpty()) {
            throw ProblemDocument.wrongQuery("The stream asked for does not exist.", problems);
        }
        Rights rights = callers.rights();
        return new Request(campaignName, clusterId, wanted, start, soFar, event -> isVisible(rights, event));
    }

    /** Whether somebody may see an event: that of a campaign, of a cluster, of both, or of everything. */
    private boolean isVisible(Rights rights, EventAttributes event) {
        CampaignName campaign = event.campaign();
        ClusterId cluster = event.subject();
        if (rights.seesAll()) {
            return true;
        }
        return cluster != null
                ? rights.sees(campaign, VisibleFleet.placed(cluster, view.fleet()))
                : campaign == null || rights.sees(campaign, VisibleFleet.placed(campaign, view));
    }

    private static Start start(@Nullable String from, @Nullable String lastEventId, List<Problem> problems) {
        if (lastEventId != null && !lastEventId.isBlank()) {
            return new Start.After(lastEventId);
        }
        return switch (from) {
            case null -> new Start.Now();
            case NOW -> new Start.Now();
            case BEGINNING -> new Start.Beginning();
            default -> {
                List<String> allowed = List.of(BEGINNING, NOW);
                problems.add(new Problem(
                        "from",
                        "'" + from + "' is no start.",
                        String.join(", ", allowed),
                        Suggestion.of(from, allowed)));
                yield new Start.Now();
            }
        };
    }

    private static boolean soFar(@Nullable String to, Start start, List<Problem> problems) {
        if (to == null) {
            return false;
        }
        if (!to.equals(NOW)) {
            problems.add(new Problem("to", "'" + to + "' is no end.", NOW, NOW));
        } else if (start instanceof Start.Now) {
            problems.add(new Problem("from", "From now to now there is nothing.", BEGINNING, BEGINNING));
        }
        return true;
    }

    private static Set<EventType> types(List<String> names, List<Problem> problems) {
        List<String> typed = names.stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        typed.stream()
                .filter(name -> !TYPES.contains(name))
                .forEach(name -> problems.add(new Problem(
                        "type",
                        "'" + name + "' is no type of event.",
                        String.join(", ", TYPES),
                        Suggestion.of(name, TYPES))));
        return Arrays.stream(EventType.values())
                .filter(type -> typed.contains(type.shortName()))
                .collect(toUnmodifiableSet());
    }

    private static <T> @Nullable T parse(
            String field, @Nullable String value, Function<String, T> form, List<Problem> problems) {
        if (value == null || value.isBlank()) {
            return null;
        }
        try {
            return form.apply(value);
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(field, String.valueOf(e.getMessage()), "", ""));
            return null;
        }
    }
}
