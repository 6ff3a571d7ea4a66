package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.planner.core.list.Filter;
import io.calicofleet.planner.core.list.Labels;
import io.calicofleet.planner.core.list.ListKind;
import io.calicofleet.planner.core.list.Order;
import io.calicofleet.planner.port.ClusterDocument;
import io.calicofleet.planner.port.FleetView;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A campaign as it stands in a list.
 *
 * @param status its status
 * @param view has its clusters, which are looked at only where the query asks for it
 */
record ListedCampaign(CampaignStatus status, FleetView view) {

    /** What can be asked of the list of campaigns. */
    static final ListKind<ListedCampaign> KIND = new ListKind<>(
            "campaigns",
            listed -> listed.status().campaign().value(),
            ListedCampaign::labels,
            listed -> Stream.of(listed.status().summary(), listed.status().reason(), listed.target()),
            List.of(
                    new Order<>(
                            "campaign",
                            true,
                            listed -> listed.status().campaign().value()),
                    new Order<>(
                            "createdAt",
                            true,
                            listed -> Order.text(listed.status().createdAt())),
                    new Order<>(
                            "target",
                            true,
                            listed -> Listings.inOrder(listed.status().spec().target())),
                    new Order<>(
                            "phase", false, listed -> listed.status().phase().encode()),
                    new Order<>(
                            "updatedAt",
                            false,
                            listed -> Order.text(listed.status().updatedAt()))),
            List.of(
                    new Filter<>(
                            "phase",
                            "Only campaigns in this phase.",
                            Arrays.stream(CampaignPhase.values())
                                    .map(CampaignPhase::encode)
                                    .toList(),
                            (listed, phase) -> listed.status().phase().encode().equals(phase)),
                    Filter.of(
                            "wave",
                            "Only campaigns with a wave of this name.",
                            (listed, wave) -> listed.status().waves().stream()
                                    .anyMatch(each -> each.name().value().equals(wave))),
                    new Filter<>(
                            "reason",
                            "Only campaigns with a cluster that is held or failed for this reason.",
                            ListedCluster.REASONS,
                            (listed, reason) -> listed.clusters()
                                    .anyMatch(cluster -> cluster.reason().equals(reason))),
                    Filter.of(
                            "target",
                            "Only campaigns to this release.",
                            (listed, target) -> listed.target().equals(target))),
            Listings.fields(CampaignStatus.class));

    private String target() {
        return status.spec().goal();
    }

    private Stream<ClusterDocument> clusters() {
        return view.clusterDocuments(status.campaign()).values().stream();
    }

    private Stream<Labels> labels() {
        var fleet = view.fleet();
        return clusters()
                .flatMap(cluster -> Stream.ofNullable(fleet.get(cluster.cluster())))
                .map(ClusterAnnounced::labels)
                .map(Labels::new);
    }
}
