package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A campaign is done with a cluster, or wants it no more.
 *
 * @param campaign the campaign that asked for it
 * @param cluster the cluster it is about
 * @param attempt which request of the campaign for this cluster, from 1
 * @param summary one sentence for people
 */
public record ClaimReleased(CampaignName campaign, ClusterId cluster, int attempt, String summary)
        implements ClaimCall {

    public ClaimReleased {
        requireNonNull(campaign, "campaign");
        requireNonNull(cluster, "cluster");
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.CLAIM_RELEASED;
    }
}
