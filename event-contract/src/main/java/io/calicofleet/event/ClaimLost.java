package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A person gave the cluster to another campaign.
 *
 * @param campaign the campaign that had it
 * @param cluster the cluster it is about
 * @param attempt which request of the campaign for this cluster, from 1
 * @param holder the campaign that has the cluster now
 * @param reason why
 * @param summary one sentence for people
 */
public record ClaimLost(
        CampaignName campaign, ClusterId cluster, int attempt, CampaignName holder, String reason, String summary)
        implements ClaimAnswer {

    public ClaimLost {
        requireNonNull(campaign, "campaign");
        requireNonNull(cluster, "cluster");
        requireNonNull(holder, "holder");
        requireNonNull(reason, "reason");
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.CLAIM_LOST;
    }
}
