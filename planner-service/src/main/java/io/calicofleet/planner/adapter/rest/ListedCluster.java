package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.HoldReason;
import io.calicofleet.planner.core.list.Filter;
import io.calicofleet.planner.core.list.Labels;
import io.calicofleet.planner.core.list.ListKind;
import io.calicofleet.planner.core.list.Order;
import io.calicofleet.planner.port.ClusterDocument;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A cluster as it stands in the list of a campaign.
 *
 * @param campaign the status of the campaign
 * @param document its own status
 * @param labels those its executor announces
 */
record ListedCluster(CampaignStatus campaign, ClusterDocument document, Labels labels) {

    /** The phases of clusters. */
    static final List<String> PHASES =
            Arrays.stream(ClusterPhase.values()).map(ClusterPhase::encode).toList();

    /** The reasons for which clusters are held or failed. */
    static final List<String> REASONS =
            Arrays.stream(HoldReason.values()).map(HoldReason::encode).toList();

    /** What can be asked of the list of clusters of a campaign. */
    static final ListKind<ListedCluster> KIND = new ListKind<>(
            "clusters",
            listed -> listed.document().cluster().value(),
            listed -> Stream.of(listed.labels()),
            listed -> Stream.of(listed.document().summary(), listed.document().source()),
            List.of(
                    new Order<>(
                            "cluster",
                            true,
                            listed -> listed.document().cluster().value()),
                    new Order<>("wave", true, ListedCluster::placeOfWave),
                    new Order<>("phase", false, listed -> listed.document().phase()),
                    new Order<>("reason", false, listed -> listed.document().reason()),
                    new Order<>("updatedAt", false, ListedCluster::updatedAt)),
            List.of(
                    new Filter<>(
                            "phase",
                            "Only clusters in this phase.",
                            PHASES,
                            (listed, phase) -> listed.document().phase().equals(phase)),
                    Filter.of(
                            "wave",
                            "Only clusters of this wave.",
                            (listed, wave) -> listed.document().wave().equals(wave)),
                    new Filter<>(
                            "reason",
                            "Only clusters that are held or failed for this reason.",
                            REASONS,
                            (listed, reason) -> listed.document().reason().equals(reason))),
            Listings.fields(ClusterStatus.class));

    /** Waves in the order they come, not in that of their names. */
    private String placeOfWave() {
        return "%05d"
                .formatted(IntStream.range(0, campaign.waves().size())
                        .filter(i -> campaign.waves().get(i).name().value().equals(document.wave()))
                        .findFirst()
                        .orElse(campaign.waves().size()));
    }

    /** Fractions of a second have as many digits as they need: a shorter one sorts as a longer one with zeros does. */
    private String updatedAt() {
        String text = document.updatedAt();
        return text.endsWith("Z") ? text.substring(0, text.length() - 1) : text;
    }
}
