package io.calicofleet.planner.core;

import io.calicofleet.planner.core.campaign.CampaignState;

/** States as random runs leave them, for tests of other packages. */
public final class CampaignRuns {

    private CampaignRuns() {}

    /** The state after the run of this seed. */
    public static CampaignState after(long seed) {
        RandomWorld world = new RandomWorld(seed);
        world.run();
        return world.state;
    }
}
