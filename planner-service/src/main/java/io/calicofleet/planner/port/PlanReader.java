package io.calicofleet.planner.port;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPlan;
import io.calicofleet.event.PlanMade;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** What executors have said an upgrade would write; too much of it for a status. */
public interface PlanReader {

    /** Where there are no plans. */
    PlanReader NONE = new PlanReader() {
        @Override
        public Optional<PlanMade> newest(CampaignName campaign, ClusterId cluster, Instant since) {
            return Optional.empty();
        }

        @Override
        public Optional<PlanMade> made(CampaignName campaign, ClusterId cluster, ClusterPlan known) {
            return Optional.empty();
        }

        @Override
        public void read(CampaignName campaign, Instant since, Consumer<PlanMade> taker) {
            // There is nothing to be read.
        }
    };

    /**
     * The newest plan of a cluster; empty where there is none any more.
     *
     * @param since when it was made, or before
     * @throws TopicUnavailableException where they cannot be read now
     */
    Optional<PlanMade> newest(CampaignName campaign, ClusterId cluster, Instant since);

    /**
     * A plan that is known of: it is looked for from about when it was made, and not beyond it.
     *
     * @param known what its status says of it
     * @throws TopicUnavailableException where they cannot be read now
     */
    Optional<PlanMade> made(CampaignName campaign, ClusterId cluster, ClusterPlan known);

    /**
     * Reads every plan that was made of the clusters of a campaign, those of one cluster in their order.
     *
     * @param since when the first of them was made, or before
     * @throws TopicUnavailableException where they cannot be read now
     */
    void read(CampaignName campaign, Instant since, Consumer<PlanMade> taker);
}
