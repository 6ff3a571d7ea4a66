package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A person aborts a campaign.
 *
 * @param campaign the campaign it belongs to
 * @param reason why
 * @param summary one sentence for people
 */
public record CampaignAborted(CampaignName campaign, String reason, String summary) implements CampaignCommand {

    public CampaignAborted {
        requireNonNull(campaign, "campaign");
        requireNonNull(reason, "reason");
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.CAMPAIGN_ABORTED;
    }
}
