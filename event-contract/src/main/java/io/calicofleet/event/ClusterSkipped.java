package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A person leaves a cluster out of the rest of a campaign.
 *
 * @param campaign the campaign it belongs to
 * @param cluster the cluster it is about
 * @param reason why
 * @param summary one sentence for people
 */
public record ClusterSkipped(CampaignName campaign, ClusterId cluster, String reason, String summary)
        implements CampaignCommand {

    public ClusterSkipped {
        requireNonNull(campaign, "campaign");
        requireNonNull(cluster, "cluster");
        requireNonNull(reason, "reason");
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.CLUSTER_SKIPPED;
    }
}
