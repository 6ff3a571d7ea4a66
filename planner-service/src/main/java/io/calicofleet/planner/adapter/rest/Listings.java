package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.WaveStatus;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.list.Labels;
import io.calicofleet.planner.core.list.ListKind;
import io.calicofleet.planner.core.list.ListQuery;
import io.calicofleet.planner.core.list.Page;
import io.calicofleet.planner.port.ClusterDocument;
import io.calicofleet.planner.port.FleetView;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The lists of the API: what can be asked of each, and the answer. */
final class Listings {

    /** What can be asked of each list, by its path. */
    static final Map<String, ListKind<?>> KINDS = Map.of(
            "/api/v1/campaigns", ListedCampaign.KIND,
            "/api/v1/campaigns/{name}/clusters", ListedCluster.KIND,
            "/api/v1/clusters", ListedMember.KIND);

    /** The header with the number of entries on all pages. */
    static final String TOTAL = "X-Total-Count";

    private final FleetView view;

    Listings(FleetView view) {
        this.view = view;
    }

    /** Campaigns. */
    Response campaigns(UriInfo asked, Request request) {
        Lookups.requireWhole(view);
        List<ListedCampaign> all = view.campaigns().stream()
                .map(status -> new ListedCampaign(status, view))
                .toList();
        return answer(ListedCampaign.KIND, all, Map.of(), listed -> EventJson.write(listed.status()), asked, request);
    }

    /** The clusters of a campaign. */
    Response clusters(CampaignStatus campaign, UriInfo asked, Request request) {
        Lookups.requireWhole(view);
        Map<ClusterId, ClusterAnnounced> fleet = view.fleet();
        List<ListedCluster> all = view.clusterDocuments(campaign.campaign()).values().stream()
                .map(document -> new ListedCluster(campaign, document, labels(fleet.get(document.cluster()))))
                .toList();
        List<String> waves = campaign.waves().stream()
                .map(WaveStatus::name)
                .map(Object::toString)
                .toList();
        return answer(
                ListedCluster.KIND,
                all,
                Map.of("wave", waves),
                listed -> listed.document().json(),
                asked,
                request);
    }

    /** The clusters executors serve. */
    Response fleet(UriInfo asked, Request request) {
        Lookups.requireWhole(view);
        Map<ClusterId, CampaignName> engagements = view.engagements();
        List<ListedMember> all = view.fleet().values().stream()
                .map(cluster -> member(cluster, engagements.get(cluster.cluster())))
                .toList();
        List<String> campaigns = view.campaigns().stream()
                .map(status -> status.campaign().value())
                .toList();
        return answer(
                ListedMember.KIND, all, Map.of(ListedMember.CAMPAIGN, campaigns), ListedMember::json, asked, request);
    }

    /** A cluster executors serve, and where it is in the campaign that has it. */
    ListedMember member(ClusterAnnounced cluster, @Nullable CampaignName campaign) {
        ClusterDocument document =
                campaign == null ? null : view.clusterDocuments(campaign).get(cluster.cluster());
        return new ListedMember(cluster, campaign, document);
    }

    private static <T> Response answer(
            ListKind<T> kind,
            List<T> all,
            Map<String, ? extends Collection<String>> known,
            Function<T, byte[]> json,
            UriInfo asked,
            Request request) {
        ListQuery<T> query = ListQuery.read(kind, asked.getQueryParameters(), known);
        if (!query.problems().isEmpty()) {
            throw ProblemDocument.wrongQuery("The list asked for does not exist.", query.problems());
        }
        Page<T> page = query.page(all);
        List<byte[]> documents = page.entries().stream()
                .map(json)
                .map(document -> query.fields().isEmpty() ? document : ChosenFields.of(document, query.fields()))
                .toList();
        Response.ResponseBuilder answer =
                Tagged.answer(request, new JsonArray(documents), documents).header(TOTAL, page.total());
        String next = page.next();
        return next == null
                ? answer.build()
                : answer.link(
                                asked.getRequestUriBuilder()
                                        .scheme(null)
                                        .host(null)
                                        .port(-1)
                                        .replaceQueryParam(ListQuery.CURSOR, next)
                                        .build(),
                                "next")
                        .build();
    }

    private static Labels labels(@Nullable ClusterAnnounced cluster) {
        return new Labels(cluster == null ? Map.of() : cluster.labels());
    }

    /** The names of the fields of a record. */
    static List<String> fields(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
    }

    /** A version as text that sorts as versions do. */
    static String inOrder(@Nullable CalicoVersion version) {
        return version == null ? "" : "%05d.%05d.%05d".formatted(version.major(), version.minor(), version.patch());
    }
}
