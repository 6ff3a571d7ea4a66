package io.calicofleet.planner.adapter.streams;

import io.calicofleet.planner.core.Decision;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.PlannerInput;
import io.calicofleet.planner.core.campaign.CampaignState;
import org.jspecify.annotations.Nullable;

/** Who decides: {@link PlannerCore#decide}. A seam, so that a test can have it fail. */
@FunctionalInterface
public interface Decider {

    /** What becomes of a campaign when it learns the input. */
    Decision decide(@Nullable CampaignState state, PlannerInput input);
}
