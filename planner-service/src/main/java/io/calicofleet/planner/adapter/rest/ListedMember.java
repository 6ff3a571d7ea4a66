package io.calicofleet.planner.adapter.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.list.Filter;
import io.calicofleet.planner.core.list.Labels;
import io.calicofleet.planner.core.list.ListKind;
import io.calicofleet.planner.core.list.Order;
import io.calicofleet.planner.port.ClusterDocument;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as it stands in the list of the fleet.
 *
 * @param announced what its executor says
 * @param campaign the campaign it is active in; null: none
 * @param document its status there; null: there is none
 */
record ListedMember(
        ClusterAnnounced announced,
        @Nullable CampaignName campaign,
        @Nullable ClusterDocument document) {

    /** The field of an entry that is no field of the announcement. */
    static final String CAMPAIGN = "campaign";

    /** What can be asked of the list of the fleet. */
    static final ListKind<ListedMember> KIND = new ListKind<>(
            "clusters",
            listed -> listed.announced().cluster().value(),
            listed -> Stream.of(new Labels(listed.announced().labels())),
            listed -> Stream.of(
                    listed.announced().summary(),
                    listed.announced().problem(),
                    listed.version(),
                    text(listed.campaign())),
            List.of(
                    new Order<>(
                            "cluster",
                            true,
                            listed -> listed.announced().cluster().value()),
                    new Order<>(
                            "calicoVersion",
                            false,
                            listed -> Listings.inOrder(listed.announced().calicoVersion())),
                    new Order<>("campaign", false, listed -> text(listed.campaign()))),
            List.of(
                    Filter.of(
                            CAMPAIGN,
                            "Only clusters this campaign is active on, or waits for.",
                            (listed, campaign) -> text(listed.campaign()).equals(campaign)),
                    new Filter<>(
                            "phase",
                            "Only clusters that are in this phase in that campaign.",
                            ListedCluster.PHASES,
                            (listed, phase) ->
                                    listed.inCampaign(ClusterDocument::phase).equals(phase)),
                    Filter.of(
                            "wave",
                            "Only clusters that are in a wave of this name there.",
                            (listed, wave) ->
                                    listed.inCampaign(ClusterDocument::wave).equals(wave)),
                    new Filter<>(
                            "reason",
                            "Only clusters that are held there for this reason.",
                            ListedCluster.REASONS,
                            (listed, reason) ->
                                    listed.inCampaign(ClusterDocument::reason).equals(reason)),
                    new Filter<>(
                            "installMethod",
                            "Only clusters on which Calico is installed so.",
                            Arrays.stream(InstallMethod.values())
                                    .map(InstallMethod::encode)
                                    .toList(),
                            (listed, method) ->
                                    text(listed.announced().installMethod()).equals(method)),
                    Filter.of(
                            "calicoVersion",
                            "Only clusters of this version of Calico.",
                            (listed, version) -> listed.version().equals(version)),
                    new Filter<>(
                            "reachable",
                            "Only clusters whose API server answers, or does not.",
                            List.of("true", "false"),
                            (listed, reachable) -> String.valueOf(
                                            listed.announced().reachable())
                                    .equals(reachable))),
            Stream.concat(Listings.fields(ClusterAnnounced.class).stream(), Stream.of(CAMPAIGN))
                    .toList());

    /** As it is told: the announcement, and the campaign. */
    byte[] json() {
        ObjectNode node = EventJson.mapper().valueToTree(announced);
        return EventJson.write(node.put(CAMPAIGN, campaign == null ? null : campaign.value()));
    }

    private String version() {
        return text(announced.calicoVersion());
    }

    private String inCampaign(Function<ClusterDocument, String> field) {
        return document == null ? "" : field.apply(document);
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
