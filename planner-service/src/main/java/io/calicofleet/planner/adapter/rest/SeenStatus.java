package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.planner.core.CommandClauses.Seen;
import io.calicofleet.planner.core.CommandClauses.SeenCluster;
import io.calicofleet.planner.port.FleetView;
import java.util.List;
import java.util.Optional;

/**
 * A campaign as its status last said.
 *
 * @param campaign its status
 * @param view has those of its clusters
 */
record SeenStatus(CampaignStatus campaign, FleetView view) implements Seen {

    @Override
    public CampaignPhase phase() {
        return campaign.phase();
    }

    /** One without clusters was refused. */
    @Override
    public boolean refused() {
        return campaign.clusters() == 0;
    }

    @Override
    public int count(ClusterPhase phase) {
        return campaign.phases().getOrDefault(phase.encode(), 0);
    }

    @Override
    public boolean waveWaits() {
        if (phase() != CampaignPhase.SOAKING) {
            return phase() == CampaignPhase.AWAITING_APPROVAL;
        }
        for (int i = 0; i < campaign.waves().size(); i++) {
            if (campaign.waves().get(i).startedAt() == null) {
                return campaign.spec().waves().get(i).approval()
                        && !Boolean.TRUE.equals(campaign.waves().get(i).approved());
            }
        }
        return false;
    }

    @Override
    public boolean forgivable() {
        return campaign.failures() > 0 && count(ClusterPhase.PENDING) > 0;
    }

    @Override
    public List<SeenCluster> held() {
        return count(ClusterPhase.HELD) == 0
                ? List.of()
                : view.clusters(campaign.campaign()).stream()
                        .filter(cluster -> cluster.phase() == ClusterPhase.HELD)
                        .map(SeenStatus::seen)
                        .toList();
    }

    @Override
    public Optional<SeenCluster> cluster(ClusterId id) {
        return view.cluster(campaign.campaign(), id).map(SeenStatus::seen);
    }

    private static SeenCluster seen(ClusterStatus cluster) {
        return new SeenCluster(
                cluster.cluster(), cluster.phase(), cluster.holdReason(), cluster.waitsFor() != null, cluster.review());
    }
}
