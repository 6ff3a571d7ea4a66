package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A person pauses a campaign.
 *
 * @param campaign the campaign it belongs to
 * @param reason why
 * @param until when it ends by itself; null: when somebody resumes it
 * @param summary one sentence for people
 */
public record CampaignPaused(
        CampaignName campaign, String reason, @Nullable Instant until, String summary) implements CampaignCommand {

    public CampaignPaused {
        requireNonNull(campaign, "campaign");
        requireNonNull(reason, "reason");
        requireNonNull(summary, "summary");
    }

    /** One that lasts until somebody resumes it. */
    public CampaignPaused(CampaignName campaign, String reason, String summary) {
        this(campaign, reason, null, summary);
    }

    @Override
    public EventType type() {
        return EventType.CAMPAIGN_PAUSED;
    }
}
