package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether an action makes sense in the state last seen. The core has the last word, since the state may have changed in
 * between; this only spares people the wait for its refusal.
 */
final class StateRules {

    private static final Set<CampaignPhase> UNPAUSABLE = Set.of(CampaignPhase.PAUSED, CampaignPhase.ABORTING);

    private StateRules() {}

    /**
     * Why the action is impossible; empty where it is not.
     *
     * @param action which one
     * @param campaign the campaign
     * @param cluster the cluster it is about; null: the whole campaign
     */
    static Optional<String> objection(Action action, CampaignStatus campaign, @Nullable ClusterStatus cluster) {
        CampaignPhase phase = campaign.phase();
        if (phase.terminal()) {
            return Optional.of("Campaign " + campaign.campaign() + " has ended: it is " + phase + ".");
        }
        boolean possible = switch (action) {
            case PAUSE -> !UNPAUSABLE.contains(phase);
            case RESUME -> phase == CampaignPhase.PAUSED;
            case ABORT -> phase != CampaignPhase.ABORTING;
            case APPROVE ->
                cluster == null ? waits(campaign) : isIn(cluster, List.of(ClusterPhase.HELD, ClusterPhase.FAILED));
            case RETRY ->
                cluster == null
                        ? has(campaign, ClusterPhase.FAILED) || has(campaign, ClusterPhase.HELD)
                        : isIn(cluster, List.of(ClusterPhase.HELD, ClusterPhase.FAILED));
            case SKIP -> cluster != null && !cluster.phase().terminal();
        };
        return possible
                ? Optional.empty()
                : Optional.of((cluster == null
                                ? "Campaign " + campaign.campaign() + " is " + phase
                                : "Cluster " + cluster.cluster() + " is " + cluster.phase() + " in campaign "
                                        + campaign.campaign())
                        + ": there is nothing to " + action.encode() + ".");
    }

    private static boolean waits(CampaignStatus campaign) {
        return campaign.phase() == CampaignPhase.AWAITING_APPROVAL
                || campaign.phase() == CampaignPhase.HELD
                || has(campaign, ClusterPhase.HELD);
    }

    private static boolean has(CampaignStatus campaign, ClusterPhase phase) {
        return campaign.phases().getOrDefault(phase.encode(), 0) > 0;
    }

    private static boolean isIn(ClusterStatus cluster, List<ClusterPhase> phases) {
        return phases.contains(cluster.phase());
    }
}
