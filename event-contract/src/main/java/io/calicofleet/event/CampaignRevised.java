package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A person proposes that a campaign goes on by another document. Nothing changes until that is approved by the digest of the difference.
 *
 * @param campaign the campaign it belongs to
 * @param spec what it is to do from then on; what it does already takes back a proposal
 * @param takesIn whether clusters that fit its selector since it was created are to take part
 * @param identity who asks; null from senders that do not say
 * @param summary one sentence for people
 */
public record CampaignRevised(
        CampaignName campaign,
        CampaignSpec spec,
        boolean takesIn,
        @Nullable Identity identity,
        String summary) implements CampaignCommand {

    public CampaignRevised {
        requireNonNull(campaign, "campaign");
        requireNonNull(spec, "spec");
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.CAMPAIGN_REVISED;
    }
}
