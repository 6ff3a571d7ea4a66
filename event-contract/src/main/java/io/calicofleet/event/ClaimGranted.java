package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A campaign has a cluster, until it releases it.
 *
 * @param campaign the campaign that asked
 * @param cluster the cluster it is about
 * @param attempt which request of the campaign for this cluster, from 1
 * @param epoch grows with every grant of the cluster; the steps of the campaign carry it
 * @param summary one sentence for people
 */
public record ClaimGranted(CampaignName campaign, ClusterId cluster, int attempt, long epoch, String summary)
        implements ClaimAnswer {

    public ClaimGranted {
        requireNonNull(campaign, "campaign");
        requireNonNull(cluster, "cluster");
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.CLAIM_GRANTED;
    }
}
