package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Stop;
import io.calicofleet.planner.core.access.Rights;
import io.calicofleet.planner.core.access.Rights.Placed;
import io.calicofleet.planner.core.why.Heartbeat;
import io.calicofleet.planner.port.ClusterDocument;
import io.calicofleet.planner.port.FleetView;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What whoever makes the request at hand may see of the fleet: what they may not is not there. */
final class VisibleFleet implements FleetView {

    private final FleetView all;
    private final Supplier<Rights> current;

    VisibleFleet(FleetView all, Supplier<Rights> current) {
        this.all = all;
        this.current = current;
    }

    /** A cluster with the labels it has by now. */
    static Placed placed(ClusterId cluster, Map<ClusterId, ClusterAnnounced> fleet) {
        ClusterAnnounced announced = fleet.get(cluster);
        return new Placed(cluster, announced == null ? Map.of() : announced.labels());
    }

    /** All clusters of a campaign, with the labels they have by now. */
    static List<Placed> placed(CampaignName campaign, FleetView view) {
        Map<ClusterId, ClusterAnnounced> fleet = view.fleet();
        return view.clusterDocuments(campaign).keySet().stream()
                .map(cluster -> placed(cluster, fleet))
                .toList();
    }

    @Override
    public List<CampaignStatus> campaigns() {
        Rights rights = current.get();
        return rights.seesAll()
                ? all.campaigns()
                : all.campaigns().stream()
                        .filter(campaign -> sees(rights, campaign.campaign()))
                        .toList();
    }

    @Override
    public Optional<CampaignStatus> campaign(CampaignName name) {
        Rights rights = current.get();
        return all.campaign(name).filter(campaign -> sees(rights, name));
    }

    @Override
    public Map<ClusterId, ClusterDocument> clusterDocuments(CampaignName campaign) {
        return visible(campaign, all.clusterDocuments(campaign));
    }

    @Override
    public Optional<ClusterStatus> cluster(CampaignName campaign, ClusterId cluster) {
        Rights rights = current.get();
        return all.cluster(campaign, cluster)
                .filter(status -> rights.seesAll() || rights.sees(campaign, placed(cluster, all.fleet())));
    }

    @Override
    public Map<ClusterId, ClusterAnnounced> fleet() {
        return visible(null, all.fleet());
    }

    @Override
    public SortedMap<String, Heartbeat> heartbeats() {
        if (current.get().seesAll()) {
            return all.heartbeats();
        }
        Collection<ClusterAnnounced> visible = fleet().values();
        SortedMap<String, Heartbeat> heartbeats = new TreeMap<>();
        all.heartbeats().forEach((executor, heartbeat) -> {
            int clusters = (int) visible.stream()
                    .filter(cluster -> cluster.executor().equals(executor))
                    .count();
            if (clusters > 0) {
                heartbeats.put(executor, new Heartbeat(executor, clusters, heartbeat.heardAt()));
            }
        });
        return heartbeats;
    }

    @Override
    public Map<ClusterId, CampaignName> engagements() {
        Rights rights = current.get();
        Map<ClusterId, CampaignName> engagements = all.engagements();
        if (rights.seesAll()) {
            return engagements;
        }
        Map<ClusterId, ClusterAnnounced> fleet = all.fleet();
        Map<ClusterId, CampaignName> visible = new TreeMap<>(engagements);
        visible.entrySet().removeIf(entry -> !rights.sees(entry.getValue(), placed(entry.getKey(), fleet)));
        return visible;
    }

    @Override
    public Optional<Stop> stop() {
        return all.stop();
    }

    @Override
    public boolean isWhole() {
        return all.isWhole();
    }

    @Override
    public List<String> behind() {
        return all.behind();
    }

    private boolean sees(Rights rights, CampaignName campaign) {
        return rights.seesAll() || rights.sees(campaign, placed(campaign, all));
    }

    private <T> Map<ClusterId, T> visible(@Nullable CampaignName campaign, Map<ClusterId, T> of) {
        Rights rights = current.get();
        if (rights.seesAll()) {
            return of;
        }
        Map<ClusterId, ClusterAnnounced> fleet = all.fleet();
        Map<ClusterId, T> visible = new LinkedHashMap<>(of);
        visible.keySet().removeIf(cluster -> !rights.sees(campaign, placed(cluster, fleet)));
        return visible;
    }
}
