package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A person asks for a campaign.
 *
 * @param campaign the campaign it belongs to
 * @param spec what it is to do
 * @param summary one sentence for people
 */
public record CampaignCreated(CampaignName campaign, CampaignSpec spec, String summary) implements CampaignCommand {

    public CampaignCreated {
        requireNonNull(campaign, "campaign");
        requireNonNull(spec, "spec");
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.CAMPAIGN_CREATED;
    }
}
