package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person approves what waits: a wave, a traffic review, customisation conflicts.
 *
 * @param campaign the campaign it belongs to
 * @param cluster the cluster; null: everything that waits in the campaign
 * @param reason why
 * @param conflicts whose side conflicting fields take; null: keep-mine, where no field has an answer of its own
 * @param applySuggestedPolicy whether to put the suggested policy in place of the temporary one
 * @param digest of what was looked at: a traffic review, a plan, or, without a cluster, a revision; approved only where this is still its digest
 * @param policy the policy to put there instead, a GlobalNetworkPolicy as YAML that a person edited; null: the suggested one
 * @param answers what is decided on single fields; {@code conflicts} is for all others
 * @param breakGlass whether it counts for as many approvals as the wave needs, whoever may give them; it needs a reason
 * @param identity who approves; null from senders that do not say
 * @param subject the digest of the {@link ApprovalSubject} it is of: of another nothing is approved; null: whatever waits for an approval
 * @param passkey the proof that they approve that; null: there is none
 * @param summary one sentence for people
 */
public record CampaignApproved(
        CampaignName campaign,
        @Nullable ClusterId cluster,
        String reason,
        @Nullable OnConflict conflicts,
        boolean applySuggestedPolicy,
        @Nullable String digest,
        @Nullable String policy,
        List<FieldAnswer> answers,
        boolean breakGlass,
        @Nullable Identity identity,
        @Nullable String subject,
        @Nullable PasskeyAssertion passkey,
        String summary)
        implements CampaignCommand {

    public CampaignApproved {
        requireNonNull(campaign, "campaign");
        requireNonNull(reason, "reason");
        requireNonNull(summary, "summary");
        answers = Copies.list(answers);
    }

    /** One that is about no traffic review. */
    public CampaignApproved(
            CampaignName campaign,
            @Nullable ClusterId cluster,
            String reason,
            @Nullable OnConflict conflicts,
            boolean applySuggestedPolicy,
            String summary) {
        this(campaign, cluster, reason, conflicts, applySuggestedPolicy, null, null, List.of(), summary);
    }

    /** One that keeps to the rule of the wave, by somebody of whom no more is known. */
    public CampaignApproved(
            CampaignName campaign,
            @Nullable ClusterId cluster,
            String reason,
            @Nullable OnConflict conflicts,
            boolean applySuggestedPolicy,
            @Nullable String digest,
            @Nullable String policy,
            List<FieldAnswer> answers,
            String summary) {
        this(
                campaign,
                cluster,
                reason,
                conflicts,
                applySuggestedPolicy,
                digest,
                policy,
                answers,
                false,
                null,
                null,
                null,
                summary);
    }

    /** One without a passkey. */
    public CampaignApproved(
            CampaignName campaign,
            @Nullable ClusterId cluster,
            String reason,
            @Nullable OnConflict conflicts,
            boolean applySuggestedPolicy,
            @Nullable String digest,
            @Nullable String policy,
            List<FieldAnswer> answers,
            boolean breakGlass,
            @Nullable Identity identity,
            String summary) {
        this(
                campaign,
                cluster,
                reason,
                conflicts,
                applySuggestedPolicy,
                digest,
                policy,
                answers,
                breakGlass,
                identity,
                null,
                null,
                summary);
    }

    @Override
    public EventType type() {
        return EventType.CAMPAIGN_APPROVED;
    }
}
