package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A campaign asks for a cluster, to act on it.
 *
 * @param campaign the campaign that asks
 * @param cluster the cluster it is about
 * @param attempt which request of the campaign for this cluster, from 1
 * @param takes the grant of another campaign that a person ends by it; null: none, it waits in line
 * @param reason why the person does; empty where nobody said
 * @param summary one sentence for people
 */
public record ClaimRequested(
        CampaignName campaign,
        ClusterId cluster,
        int attempt,
        @Nullable Long takes,
        String reason,
        String summary) implements ClaimCall {

    public ClaimRequested {
        requireNonNull(campaign, "campaign");
        requireNonNull(cluster, "cluster");
        requireNonNull(reason, "reason");
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.CLAIM_REQUESTED;
    }
}
