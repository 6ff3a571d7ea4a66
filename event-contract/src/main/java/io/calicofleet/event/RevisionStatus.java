package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A revision of a campaign that is proposed and not in force.
 *
 * @param digest of the difference; it is approved by this
 * @param author who proposes it; null where nobody said
 * @param proposedAt when
 * @param changes what would be another, a line each: where, what it is, and what it would be
 * @param approvals those that were given
 * @param asks who has to approve it, in a sentence
 * @param subject what an approval of it is of; null from planners that do not say
 * @param spec what the campaign would be by it; null from planners that do not say
 * @param takesIn whether clusters that fit its selector since it was created would take part
 */
public record RevisionStatus(
        String digest,
        @Nullable String author,
        Instant proposedAt,
        List<String> changes,
        List<WaveApproval> approvals,
        String asks,
        @Nullable ApprovalSubject subject,
        @Nullable CampaignSpec spec,
        boolean takesIn) {

    public RevisionStatus {
        requireNonNull(digest, "digest");
        requireNonNull(proposedAt, "proposedAt");
        requireNonNull(asks, "asks");
        changes = Copies.list(changes);
        approvals = Copies.list(approvals);
    }
}
