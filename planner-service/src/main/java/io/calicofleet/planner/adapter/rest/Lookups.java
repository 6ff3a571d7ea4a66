package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterId;
import io.calicofleet.planner.core.document.Suggestion;
import io.calicofleet.planner.port.FleetView;
import java.util.Collection;
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
                .orElseThrow(() -> ProblemDocument.unknown(
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
                .orElseThrow(() -> ProblemDocument.unknown(
                        "cluster in campaign " + campaign.campaign(), cluster, nearest(cluster, documents.keySet())));
    }

    /** The id, if it is a cluster of the campaign. */
    ClusterId clusterOf(CampaignStatus campaign, String cluster) {
        clusterDocument(campaign, cluster);
        return ClusterId.of(cluster);
    }

    ClusterAnnounced served(String cluster) {
        return parse(cluster, ClusterId::of)
                .flatMap(id -> Optional.ofNullable(view.fleet().get(id)))
                .orElseThrow(() -> ProblemDocument.unknown(
                        "cluster", cluster, nearest(cluster, view.fleet().keySet())));
    }

    /** A name of another form names nothing. */
    private static <T> Optional<T> parse(String name, Function<String, T> form) {
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
