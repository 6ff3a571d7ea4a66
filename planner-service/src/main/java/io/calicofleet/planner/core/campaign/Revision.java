package io.calicofleet.planner.core.campaign;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ApprovalSubject;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.Identity;
import io.calicofleet.event.WaveApproval;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Another document for a campaign, proposed and not in force.
 *
 * @param spec what it would do
 * @param takesIn whether clusters that fit it since are to take part
 * @param digest of what would be another
 * @param changes that, a line each
 * @param subject what an approval of it is of; null: before that was kept
 * @param author who proposes it; null where nobody said
 * @param authorIdentity the same, as their issuer has it; null where nobody said
 * @param proposedAt when
 * @param approvals those that were given
 */
public record Revision(
        CampaignSpec spec,
        boolean takesIn,
        String digest,
        List<String> changes,
        @Nullable ApprovalSubject subject,
        @Nullable String author,
        @Nullable Identity authorIdentity,
        Instant proposedAt,
        List<WaveApproval> approvals) {

    public Revision {
        requireNonNull(spec, "spec");
        requireNonNull(digest, "digest");
        requireNonNull(proposedAt, "proposedAt");
        changes = List.copyOf(changes);
        approvals = List.copyOf(approvals);
    }

    /** The same with these approvals. */
    public Revision approved(List<WaveApproval> given) {
        return new Revision(spec, takesIn, digest, changes, subject, author, authorIdentity, proposedAt, given);
    }

    /** The same document, which would change something else by now; what was approved was not that. */
    public Revision changing(String otherDigest, List<String> otherChanges, ApprovalSubject other) {
        return new Revision(
                spec, takesIn, otherDigest, otherChanges, other, author, authorIdentity, proposedAt, List.of());
    }
}
