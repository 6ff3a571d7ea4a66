package io.calicofleet.planner.adapter.view;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Stop;
import io.calicofleet.planner.core.why.Heartbeat;
import io.calicofleet.planner.port.ClusterDocument;
import io.calicofleet.planner.port.FleetView;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** What a view holds, for tests of others that publish statuses or answer from them. */
public final class Held implements FleetView {

    private final ViewContents contents = new ViewContents();

    /** Takes a record in, as the view does. */
    public void accept(String topic, String key, byte[] value) {
        try {
            contents.accept(topic, key, value, Instant.EPOCH);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** How many entries it has. */
    public int size() {
        return contents.size();
    }

    @Override
    public List<CampaignStatus> campaigns() {
        return contents.campaigns();
    }

    @Override
    public Optional<CampaignStatus> campaign(CampaignName name) {
        return contents.campaign(name);
    }

    @Override
    public Map<ClusterId, ClusterDocument> clusterDocuments(CampaignName campaign) {
        return contents.clusterDocuments(campaign);
    }

    @Override
    public Optional<ClusterStatus> cluster(CampaignName campaign, ClusterId cluster) {
        return contents.cluster(campaign, cluster);
    }

    @Override
    public Map<ClusterId, ClusterAnnounced> fleet() {
        return contents.fleet();
    }

    @Override
    public SortedMap<String, Heartbeat> heartbeats() {
        return contents.heartbeats();
    }

    @Override
    public Map<ClusterId, CampaignName> engagements() {
        return contents.engagements();
    }

    @Override
    public Optional<Stop> stop() {
        return contents.stop();
    }

    @Override
    public boolean isWhole() {
        return true;
    }

    @Override
    public List<String> behind() {
        return List.of();
    }
}
