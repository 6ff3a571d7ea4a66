package io.calicofleet.planner.port;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.PlanMade;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** What executors have said an upgrade would write; too much of it for a status. */
public interface PlanReader {

    /**
     * The newest plan of a cluster; empty where there is none any more.
     *
     * @param since when it was made, or before
     * @throws TopicUnavailableException where they cannot be read now
     */
    Optional<PlanMade> newest(CampaignName campaign, ClusterId cluster, Instant since);

    /**
     * Reads every plan that was made of the clusters of a campaign, those of one cluster in their order.
     *
     * @param since when the first of them was made, or before
     * @throws TopicUnavailableException where they cannot be read now
     */
    void read(CampaignName campaign, Instant since, Consumer<PlanMade> taker);
}
