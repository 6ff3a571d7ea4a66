package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A person gives a campaign the cluster that it waits for, and takes it from the campaign that has it.
 *
 * @param campaign the campaign that gets it
 * @param cluster the cluster it is about
 * @param reason why
 * @param summary one sentence for people
 */
public record ClusterTakenOver(CampaignName campaign, ClusterId cluster, String reason, String summary)
        implements CampaignCommand {

    public ClusterTakenOver {
        requireNonNull(campaign, "campaign");
        requireNonNull(cluster, "cluster");
        requireNonNull(reason, "reason");
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.CLUSTER_TAKEN_OVER;
    }
}
