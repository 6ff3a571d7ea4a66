package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A person asks for a campaign.
 *
 * @param campaign the campaign it belongs to
 * @param spec what it is to do
 * @param acceptedPlans the digest of the plan that is to be carried out, for each cluster that has one; empty: whatever the merge gives
 * @param identity who asks; null from senders that do not say
 * @param summary one sentence for people
 */
public record CampaignCreated(
        CampaignName campaign,
        CampaignSpec spec,
        Map<String, String> acceptedPlans,
        @Nullable Identity identity,
        String summary)
        implements CampaignCommand {

    public CampaignCreated {
        requireNonNull(campaign, "campaign");
        requireNonNull(spec, "spec");
        requireNonNull(summary, "summary");
        acceptedPlans = Copies.map(acceptedPlans);
    }

    /** One that has no plan to keep to. */
    public CampaignCreated(CampaignName campaign, CampaignSpec spec, String summary) {
        this(campaign, spec, Map.of(), null, summary);
    }

    @Override
    public EventType type() {
        return EventType.CAMPAIGN_CREATED;
    }
}
