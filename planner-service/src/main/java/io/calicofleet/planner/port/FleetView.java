package io.calicofleet.planner.port;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Stop;
import io.calicofleet.planner.core.why.Heartbeat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * The newest status of every campaign and cluster, as far as this instance has read the topics. It may be behind by some
 * milliseconds; {@link #behind()} says when by more.
 */
public interface FleetView {

    /** All campaigns, by name. */
    List<CampaignStatus> campaigns();

    /** The campaign of that name. */
    Optional<CampaignStatus> campaign(CampaignName name);

    /** The clusters of a campaign as the JSON of their {@link ClusterStatus}, by id; empty where there is no such campaign. */
    Map<ClusterId, ClusterDocument> clusterDocuments(CampaignName campaign);

    /** The status of a cluster in a campaign. */
    Optional<ClusterStatus> cluster(CampaignName campaign, ClusterId cluster);

    /** The statuses of the clusters of a campaign, by id; those that nobody can read are left out. */
    default List<ClusterStatus> clusters(CampaignName campaign) {
        return clusterDocuments(campaign).values().stream()
                .flatMap(document -> document.status().stream())
                .toList();
    }

    /** The clusters executors serve, by id. */
    Map<ClusterId, ClusterAnnounced> fleet();

    /** When each executor that serves a cluster was last heard, by its name. */
    SortedMap<String, Heartbeat> heartbeats();

    /** When the executor of a cluster was last heard; empty where none serves it. */
    default Function<ClusterId, Optional<Heartbeat>> heard() {
        Map<String, Heartbeat> heartbeats = heartbeats();
        Map<ClusterId, ClusterAnnounced> fleet = fleet();
        return cluster ->
                Optional.ofNullable(fleet.get(cluster)).map(announced -> heartbeats.get(announced.executor()));
    }

    /** The campaign each cluster is active in: one that has not ended and in which it is running or held, or else waits. */
    Map<ClusterId, CampaignName> engagements();

    /** Who has stopped everything; empty: nobody. */
    Optional<Stop> stop();

    /** Whether all that was there at its start has been read once: before that, lists of it have holes. It stays so. */
    boolean isWhole();

    /** Why the view cannot be relied on yet, one sentence each; empty where it can. */
    List<String> behind();
}
