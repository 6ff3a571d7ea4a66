package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A campaign that is over is forgotten, with the status of each of its clusters. Its name is not free again: the clusters
 * remember its steps.
 *
 * @param campaign the campaign it belongs to
 * @param reason why
 * @param summary one sentence for people
 */
public record CampaignDeleted(CampaignName campaign, String reason, String summary) implements CampaignCommand {

    public CampaignDeleted {
        requireNonNull(campaign, "campaign");
        requireNonNull(reason, "reason");
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.CAMPAIGN_DELETED;
    }
}
