package io.calicofleet.planner.core;

import io.calicofleet.event.ClusterId;
import io.calicofleet.planner.core.campaign.CampaignState;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the planner made of one input.
 *
 * @param state the campaign now; null where there is still none
 * @param effects what to do, in this order
 * @param headerChanged whether {@code state.header()} is another than before
 * @param changedClusters the clusters whose state is another than before; where a refused campaign is created again, the
 *     clusters before were none
 */
public record Decision(
        @Nullable CampaignState state, List<Effect> effects, boolean headerChanged, Set<ClusterId> changedClusters) {

    public Decision {
        effects = List.copyOf(effects);
        changedClusters = Set.copyOf(changedClusters);
    }
}
