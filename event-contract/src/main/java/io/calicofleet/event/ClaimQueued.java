package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A campaign waits for a cluster that another one has; said again when another one has it.
 *
 * @param campaign the campaign that asked
 * @param cluster the cluster it is about
 * @param attempt which request of the campaign for this cluster, from 1
 * @param holder the campaign that has the cluster
 * @param epoch its grant of the cluster
 * @param ahead how many campaigns get it first, the one that has it included
 * @param summary one sentence for people
 */
public record ClaimQueued(
        CampaignName campaign,
        ClusterId cluster,
        int attempt,
        CampaignName holder,
        long epoch,
        int ahead,
        String summary)
        implements ClaimAnswer {

    public ClaimQueued {
        requireNonNull(campaign, "campaign");
        requireNonNull(cluster, "cluster");
        requireNonNull(holder, "holder");
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.CLAIM_QUEUED;
    }
}
