package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The current truth about a campaign.
 *
 * @param campaign the campaign it belongs to
 * @param spec what it is to do
 * @param phase where it is
 * @param reason why it is there; empty where there is nothing to say
 * @param waves in their order
 * @param clusters how many clusters take part
 * @param phases number of clusters by phase
 * @param failures failures that count against the budget
 * @param unreachable how many of those that wait cannot be reached; null from senders that do not say
 * @param labels the values of labels, one of whose limits is reached; at most a hundred
 * @param schedule what its schedule makes it wait for; null where it has none, and from senders that do not say
 * @param stop who stopped everything, and with it this campaign; null: nobody
 * @param pausedUntil when its pause ends by itself; null where it is not paused, or until somebody resumes it
 * @param author who created it; null where nobody said, and from senders that do not say
 * @param revision what is proposed to be another; null: nothing is
 * @param subject what an approval of the wave that waits for one is of; null: none does
 * @param members clusters that fit it otherwise than when it was created; null: none do
 * @param createdAt when it was created
 * @param since when it came into this phase; null from senders that do not say
 * @param updatedAt when this was true
 * @param summary one sentence for people
 */
public record CampaignStatus(
        CampaignName campaign,
        CampaignSpec spec,
        CampaignPhase phase,
        String reason,
        List<WaveStatus> waves,
        int clusters,
        Map<String, Integer> phases,
        int failures,
        @Nullable Integer unreachable,
        List<LabelStatus> labels,
        @Nullable ScheduleStatus schedule,
        @Nullable Stop stop,
        @Nullable Instant pausedUntil,
        @Nullable String author,
        @Nullable RevisionStatus revision,
        @Nullable ApprovalSubject subject,
        @Nullable MembersStatus members,
        Instant createdAt,
        @Nullable Instant since,
        Instant updatedAt,
        String summary)
        implements FleetEvent {

    public CampaignStatus {
        requireNonNull(campaign, "campaign");
        requireNonNull(spec, "spec");
        requireNonNull(phase, "phase");
        requireNonNull(reason, "reason");
        requireNonNull(createdAt, "createdAt");
        requireNonNull(updatedAt, "updatedAt");
        requireNonNull(summary, "summary");
        waves = Copies.list(waves);
        labels = Copies.list(labels);
        phases = Copies.map(phases);
    }

    @Override
    public EventType type() {
        return EventType.CAMPAIGN_STATUS;
    }
}
