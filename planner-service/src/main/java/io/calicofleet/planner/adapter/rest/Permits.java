package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.planner.core.ClusterCandidate;
import io.calicofleet.planner.core.access.Act;
import io.calicofleet.planner.core.access.Rights;
import io.calicofleet.planner.core.access.Rights.Placed;
import io.calicofleet.planner.port.FleetView;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Refuses what somebody may not do; asks the whole fleet, for what they may not see counts too. */
final class Permits {

    private final FleetView all;

    Permits(FleetView all) {
        this.all = all;
    }

    /** Something is to be done to a campaign; to one of its clusters, where it is named. */
    void check(Rights rights, Act act, CampaignName campaign, @Nullable ClusterId cluster) {
        List<Placed> clusters = cluster == null
                ? VisibleFleet.placed(campaign, all)
                : List.of(VisibleFleet.placed(cluster, all.fleet()));
        refuse(rights.refusal(
                act,
                campaign,
                clusters,
                cluster == null ? "campaign " + campaign : "cluster " + cluster + " in campaign " + campaign));
    }

    /** A campaign is to be made of these clusters. */
    void check(Rights rights, Act act, CampaignName campaign, Collection<ClusterCandidate> chosen) {
        refuse(rights.refusal(
                act,
                campaign,
                chosen.stream()
                        .map(cluster -> new Placed(cluster.cluster(), cluster.labels()))
                        .toList(),
                "campaign " + campaign));
    }

    /** Something is to be done to a cluster, whatever campaign has it. */
    void check(Rights rights, Act act, ClusterId cluster) {
        refuse(rights.refusal(act, null, List.of(VisibleFleet.placed(cluster, all.fleet())), "cluster " + cluster));
    }

    /** Something is to be done to what they may do it to, if there may be any. */
    static void checkAnywhere(Rights rights, Act act) {
        refuse(rights.refusalAnywhere(act));
    }

    /** Something is to be done to everything. */
    static void check(Rights rights, Act act) {
        refuse(rights.refusalOfAll(act));
    }

    private static void refuse(Optional<String> refusal) {
        if (refusal.isPresent()) {
            throw ProblemDocument.exception(ProblemType.FORBIDDEN, refusal.orElseThrow(), List.of());
        }
    }
}
