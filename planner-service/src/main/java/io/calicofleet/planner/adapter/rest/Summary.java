package io.calicofleet.planner.adapter.rest;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.planner.port.ClusterDocument;
import io.calicofleet.planner.port.FleetView;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How many of everything there are.
 *
 * @param campaigns the campaigns
 * @param clusters the clusters
 */
@Schema(description = "How many campaigns and clusters there are, by what lists can be asked for.")
public record Summary(Campaigns campaigns, Clusters clusters) {

    /**
     * Of campaigns.
     *
     * @param total all of them
     * @param phases by their phase
     */
    @Schema(name = "SummaryOfCampaigns")
    public record Campaigns(int total, Map<String, Long> phases) {}

    /**
     * Of the clusters executors serve.
     *
     * @param total all of them
     * @param unreachable those whose API server does not answer
     * @param calicoVersions by the version of Calico; unknown: nobody could read it
     * @param installMethods by how it is installed
     * @param phases those a campaign is active on, or that wait in one, by their phase there
     * @param reasons those of them that are held, by the reason
     */
    @Schema(name = "SummaryOfClusters")
    public record Clusters(
            int total,
            long unreachable,
            Map<String, Long> calicoVersions,
            Map<String, Long> installMethods,
            Map<String, Long> phases,
            Map<String, Long> reasons) {}

    private static final String UNKNOWN = "unknown";

    static Summary of(FleetView view) {
        List<CampaignStatus> campaigns = view.campaigns();
        Collection<ClusterAnnounced> fleet = view.fleet().values();
        List<ClusterDocument> active = view.engagements().entrySet().stream()
                .filter(engaged -> view.fleet().containsKey(engaged.getKey()))
                .map(engaged -> view.clusterDocuments(engaged.getValue()).get(engaged.getKey()))
                .toList();
        return new Summary(
                new Campaigns(
                        campaigns.size(),
                        counted(campaigns, campaign -> campaign.phase().encode())),
                new Clusters(
                        fleet.size(),
                        fleet.stream().filter(cluster -> !cluster.reachable()).count(),
                        counted(
                                fleet,
                                cluster -> cluster.calicoVersion() == null
                                        ? UNKNOWN
                                        : cluster.calicoVersion().toString()),
                        counted(
                                fleet,
                                cluster -> cluster.installMethod() == null
                                        ? UNKNOWN
                                        : cluster.installMethod().encode()),
                        counted(active, ClusterDocument::phase),
                        counted(
                                active.stream()
                                        .filter(cluster -> !cluster.reason().isEmpty())
                                        .toList(),
                                ClusterDocument::reason)));
    }

    private static <T> Map<String, Long> counted(Collection<T> all, Function<T, String> key) {
        return new TreeMap<>(all.stream().collect(groupingBy(key, counting())));
    }
}
