package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.ApprovalSubject;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.PasskeyAssertion;
import io.calicofleet.event.RevisionStatus;
import io.calicofleet.model.approval.ApprovalDigests;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.runtime.passkey.Passkeys;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The passkeys that this planner knows.
 *
 * @param known them; empty: it is told none
 */
public record SitePasskeys(Optional<Passkeys> known) {

    /** None. */
    static final SitePasskeys NONE = new SitePasskeys(Optional.empty());

    /** What an approval of a campaign is of: of its revision by the digest of that, else of the wave that waits; null: nothing waits. */
    static @Nullable ApprovalSubject subject(CampaignStatus campaign, @Nullable String digest) {
        RevisionStatus revision = campaign.revision();
        return digest == null
                ? campaign.subject()
                : revision != null && revision.digest().equals(digest) ? revision.subject() : null;
    }

    /**
     * The digest of what somebody approves with a passkey of theirs.
     *
     * @throws ProblemException where nothing waits for it, or it does not count
     */
    String signed(CampaignStatus campaign, ActionRequest request, PasskeyAssertion passkey, Caller caller) {
        ApprovalSubject subject = subject(campaign, request.digest());
        if (subject == null) {
            throw ProblemDocument.conflict(
                    "Nothing of this campaign waits for an approval that a passkey could sign.", List.of());
        }
        String digest = ApprovalDigests.of(subject);
        Passkeys.Checked checked = orRefuse().check(passkey, digest);
        String person = checked.person();
        if (person == null) {
            throw wrong(
                    "The passkey does not count: " + checked.problem() + ". What waits has the digest " + digest + ".");
        }
        if (!person.equals(caller.name())) {
            throw wrong("It is a passkey of " + person + ", and " + caller.name() + " asks.");
        }
        return digest;
    }

    /** @throws ProblemException where there are none */
    Passkeys orRefuse() {
        return known.orElseThrow(() -> ProblemDocument.conflict(
                "This planner knows no passkeys: whoever runs it sets planner.access.passkeys.", List.of()));
    }

    static ProblemException wrong(String message) {
        return ProblemDocument.invalid(message, List.of(new Problem("passkey", message, "", "")));
    }
}
