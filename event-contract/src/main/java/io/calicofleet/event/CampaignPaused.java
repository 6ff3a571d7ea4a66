package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A person pauses a campaign.
 *
 * @param campaign the campaign it belongs to
 * @param reason why
 * @param summary one sentence for people
 */
public record CampaignPaused(CampaignName campaign, String reason, String summary) implements CampaignCommand {

    public CampaignPaused {
        requireNonNull(campaign, "campaign");
        requireNonNull(reason, "reason");
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.CAMPAIGN_PAUSED;
    }
}
