package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A campaign does not get a cluster, and does not wait for it.
 *
 * @param campaign the campaign that asked
 * @param cluster the cluster it is about
 * @param attempt which request of the campaign for this cluster, from 1
 * @param reason why
 * @param summary one sentence for people
 */
public record ClaimRefused(CampaignName campaign, ClusterId cluster, int attempt, String reason, String summary)
        implements ClaimAnswer {

    public ClaimRefused {
        requireNonNull(campaign, "campaign");
        requireNonNull(cluster, "cluster");
        requireNonNull(reason, "reason");
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.CLAIM_REFUSED;
    }
}
