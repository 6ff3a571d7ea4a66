package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.planner.core.ClusterCandidate;
import io.calicofleet.planner.core.revision.Members;
import io.calicofleet.planner.port.FleetView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who takes part in a campaign, as its statuses last said.
 *
 * @param campaign its status
 * @param view has those of its clusters
 */
record SeenMembers(CampaignStatus campaign, FleetView view) implements Members {

    /** Every cluster that is announced, as campaigns choose among them. */
    static List<ClusterCandidate> fleet(FleetView view) {
        return view.fleet().values().stream()
                .map(cluster -> new ClusterCandidate(
                        cluster.cluster(), cluster.labels(), cluster.problem(), cluster.calicoVersion()))
                .toList();
    }

    @Override
    public CampaignSpec spec() {
        return campaign.spec();
    }

    @Override
    public int begun() {
        return (int) campaign.waves().stream()
                .filter(wave -> wave.startedAt() != null)
                .count();
    }

    @Override
    public Map<ClusterId, Integer> waves() {
        Map<String, Integer> positions = new HashMap<>();
        for (int i = 0; i < campaign.waves().size(); i++) {
            positions.put(campaign.waves().get(i).name().value(), i);
        }
        return view.clusterDocuments(campaign.campaign()).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> positions.getOrDefault(entry.getValue().wave(), 0)));
    }

    @Override
    public Set<ClusterId> finished() {
        return view.clusterDocuments(campaign.campaign()).entrySet().stream()
                .filter(entry -> ClusterPhase.parse(entry.getValue().phase()).finished())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }
}
