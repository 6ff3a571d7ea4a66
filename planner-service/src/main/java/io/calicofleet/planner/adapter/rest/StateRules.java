package io.calicofleet.planner.adapter.rest;

import static java.util.stream.Collectors.joining;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.HoldReason;
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

    private static final int NAMED = 5;

    private StateRules() {}

    /**
     * Why the action is impossible; empty where it is not.
     *
     * @param action which one
     * @param campaign the campaign
     * @param cluster the cluster it is about; null: the whole campaign
     * @param held those of its clusters that are held
     */
    static Optional<String> objection(
            Action action, CampaignStatus campaign, @Nullable ClusterStatus cluster, List<ClusterStatus> held) {
        CampaignPhase phase = campaign.phase();
        if (phase.terminal()) {
            return Optional.of("Campaign " + campaign.campaign() + " has ended: it is " + phase + ".");
        }
        boolean possible = switch (action) {
            case PAUSE -> !UNPAUSABLE.contains(phase);
            case RESUME -> phase == CampaignPhase.PAUSED;
            // Once more: without waiting for the steps in flight.
            case ABORT -> true;
            case APPROVE -> cluster == null ? waits(campaign, held) : isApprovable(cluster);
            case RETRY ->
                cluster == null
                        ? has(campaign, ClusterPhase.FAILED) || has(campaign, ClusterPhase.HELD)
                        : isIn(cluster, List.of(ClusterPhase.HELD, ClusterPhase.FAILED));
            case SKIP -> cluster != null && !cluster.phase().terminal();
            case TAKE_OVER -> cluster != null && cluster.waitsFor() != null;
        };
        return possible
                ? Optional.empty()
                : Optional.of((cluster == null
                                ? "Campaign " + campaign.campaign() + " is " + phase
                                : "Cluster " + cluster.cluster() + " is " + cluster.phase() + " in campaign "
                                        + campaign.campaign())
                        + ": there is nothing to " + action.encode() + "."
                        + (action == Action.APPROVE ? instead(held) : ""));
    }

    private static boolean waits(CampaignStatus campaign, List<ClusterStatus> held) {
        boolean forgivable = campaign.failures() > 0 && has(campaign, ClusterPhase.PENDING);
        return campaign.phase() == CampaignPhase.AWAITING_APPROVAL
                || forgivable
                || held.stream().anyMatch(StateRules::isApprovable);
    }

    private static boolean isApprovable(ClusterStatus cluster) {
        HoldReason reason = cluster.holdReason();
        return cluster.phase() == ClusterPhase.HELD && reason != null && reason.approvable();
    }

    /** What to do about what is held and cannot be approved. */
    private static String instead(List<ClusterStatus> held) {
        return held.isEmpty()
                ? ""
                : " What holds "
                        + held.stream()
                                .limit(NAMED)
                                .map(cluster -> cluster.cluster().value())
                                .collect(joining(", "))
                        + (held.size() > NAMED ? " and " + (held.size() - NAMED) + " more" : "")
                        + " has to be put right and tried again, or skipped.";
    }

    private static boolean has(CampaignStatus campaign, ClusterPhase phase) {
        return campaign.phases().getOrDefault(phase.encode(), 0) > 0;
    }

    private static boolean isIn(ClusterStatus cluster, List<ClusterPhase> phases) {
        return phases.contains(cluster.phase());
    }
}
