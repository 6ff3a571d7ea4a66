package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Procedure;
import io.calicofleet.model.document.Suggestion;
import io.calicofleet.planner.port.ClusterDocument;
import io.calicofleet.planner.port.FleetView;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Finds what paths name; what is not there is a 404 that suggests what was probably meant. */
final class Lookups {

    private final FleetView view;

    Lookups(FleetView view) {
        this.view = view;
    }

    CampaignStatus campaign(String name) {
        return parse(name, CampaignName::of)
                .flatMap(view::campaign)
                .orElseThrow(() -> absent(
                        "campaign",
                        name,
                        nearest(
                                name,
                                view.campaigns().stream()
                                        .map(CampaignStatus::campaign)
                                        .toList())));
    }

    /** The JSON of the status of the cluster in the campaign. */
    byte[] clusterDocument(CampaignStatus campaign, String cluster) {
        var documents = view.clusterDocuments(campaign.campaign());
        return parse(cluster, ClusterId::of)
                .flatMap(id -> Optional.ofNullable(documents.get(id)))
                .map(ClusterDocument::json)
                .orElseThrow(() -> absent(
                        "cluster of campaign " + campaign.campaign() + " named",
                        cluster,
                        nearest(cluster, documents.keySet())));
    }

    /** The id, if it is a cluster of the campaign. */
    ClusterId clusterOf(CampaignStatus campaign, String cluster) {
        clusterDocument(campaign, cluster);
        return ClusterId.of(cluster);
    }

    /** The status of the cluster in the campaign. */
    ClusterStatus cluster(CampaignStatus campaign, String cluster) {
        ClusterId id = clusterOf(campaign, cluster);
        return view.cluster(campaign.campaign(), id)
                .orElseThrow(() -> absent("cluster of campaign " + campaign.campaign() + " named", cluster, ""));
    }

    /** A cluster that is served, or that a campaign has: it may be gone by now. */
    ClusterId known(String cluster) {
        return parse(cluster, ClusterId::of)
                .filter(id -> view.campaigns().stream()
                        .anyMatch(campaign ->
                                view.clusterDocuments(campaign.campaign()).containsKey(id)))
                .orElseGet(() -> served(cluster).cluster());
    }

    ClusterAnnounced served(String cluster) {
        return parse(cluster, ClusterId::of)
                .flatMap(id -> Optional.ofNullable(view.fleet().get(id)))
                .orElseThrow(() ->
                        absent("cluster", cluster, nearest(cluster, view.fleet().keySet())));
    }

    /** The plan of this name or digest. */
    PlanDocument plan(String reference) {
        List<CampaignStatus> plans = view.campaigns().stream()
                .filter(campaign -> campaign.spec().procedure() == Procedure.PLAN)
                .toList();
        return plans.stream()
                .filter(plan -> plan.campaign().value().equals(reference))
                .map(this::document)
                .findFirst()
                .or(() -> plans.stream()
                        .map(this::document)
                        .filter(plan -> reference.equals(plan.digest()))
                        .max(Comparator.comparing(plan -> plan.status().createdAt())))
                .orElseThrow(() -> absent(
                        "plan",
                        reference,
                        nearest(
                                reference,
                                plans.stream().map(CampaignStatus::campaign).toList())));
    }

    private PlanDocument document(CampaignStatus plan) {
        return PlanDocument.of(plan, view.clusters(plan.campaign()));
    }

    private ProblemException absent(String what, String name, String suggestion) {
        return unlessBehind(ProblemDocument.unknown(what, name, suggestion));
    }

    /** A list that has holes is told to nobody: they would take what is missing for gone. */
    static void requireWhole(FleetView view) {
        if (!view.isWhole()) {
            throw notRead(view.behind());
        }
    }

    private static ProblemException notRead(List<String> behind) {
        return ProblemDocument.unavailable("The planner has not read everything yet: " + String.join("; ", behind));
    }

    /** The refusal, unless the view it comes of is not there yet: after a start it reads the topics first. */
    ProblemException unlessBehind(ProblemException refusal) {
        List<String> behind = view.behind();
        return behind.isEmpty() ? refusal : notRead(behind);
    }

    /** A name of another form names nothing. */
    static <T> Optional<T> parse(String name, Function<String, T> form) {
        try {
            return Optional.of(form.apply(name));
        } catch (IllegalArgumentException expected) {
            return Optional.empty();
        }
    }

    private static String nearest(String typed, Collection<?> known) {
        return Suggestion.of(typed, known.stream().map(Object::toString).toList());
    }
}
