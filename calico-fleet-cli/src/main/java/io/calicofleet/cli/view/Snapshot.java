package io.calicofleet.cli.view;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import java.util.List;

/**
 * A campaign and its clusters at one moment, or almost: the planner is asked twice, and may have gone on meanwhile.
 *
 * @param campaign the campaign
 * @param clusters its clusters
 */
public record Snapshot(CampaignStatus campaign, List<ClusterStatus> clusters) {

    public Snapshot {
        clusters = List.copyOf(clusters);
    }

    /** How many clusters are in that phase. */
    public int count(ClusterPhase phase) {
        return campaign.phases().getOrDefault(phase.encode(), 0);
    }

    /** Whether it stays as it is until a person does something. What went on between the two answers does not. */
    public boolean ended() {
        return switch (campaign.phase()) {
            case SUCCEEDED, FAILED, ABORTED -> true;
            case HELD, AWAITING_APPROVAL, PAUSED, STOPPED ->
                count(ClusterPhase.RUNNING) == 0
                        && seen(ClusterPhase.RUNNING) == 0
                        && seen(ClusterPhase.HELD) == count(ClusterPhase.HELD);
            case RUNNING, SOAKING, SCHEDULED, ABORTING -> false;
        };
    }

    private int seen(ClusterPhase phase) {
        return (int)
                clusters.stream().filter(cluster -> cluster.phase() == phase).count();
    }

    /**
     * Whether nothing is under way though the campaign runs: every place may be taken by clusters that wait for a
     * person. True for a moment between two steps as well: believe it only when it lasts.
     */
    public boolean seemsToWait() {
        return campaign.phase() == CampaignPhase.RUNNING
                && count(ClusterPhase.RUNNING) == 0
                && count(ClusterPhase.HELD) > 0;
    }

    /** Whether everything went well. */
    public boolean succeeded() {
        return campaign.phase() == CampaignPhase.SUCCEEDED;
    }
}
