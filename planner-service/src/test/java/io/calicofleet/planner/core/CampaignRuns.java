package io.calicofleet.planner.core;

import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.replay.Recorded;
import io.calicofleet.planner.port.journal.Changed;
import java.util.ArrayList;
import java.util.List;

/** States as random runs leave them, for tests of other packages. */
public final class CampaignRuns {

    private CampaignRuns() {}

    /** The state after the run of this seed. */
    public static CampaignState after(long seed) {
        RandomWorld world = new RandomWorld(seed);
        world.run();
        return world.state;
    }

    /** What is written down of the run of this seed. */
    public static List<Recorded> written(long seed) {
        RandomWorld world = new RandomWorld(seed);
        world.run();
        world.settle();
        List<Recorded> written = new ArrayList<>();
        for (int i = 0; i < world.log.size(); i++) {
            String changed = Changed.of(world.decisions.get(i)).checksum();
            written.add(new Recorded(i, world.log.get(i), world.rebuilt.contains(i), changed, ""));
        }
        return written;
    }
}
