package io.calicofleet.integrations.core.chat;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ApprovalSubject;
import org.jspecify.annotations.Nullable;

/**
 * Something that waits for an approval, as the planner's REST has it.
 *
 * @param subject what the approval would be of
 * @param digest of that
 * @param passkey whether it has to be signed with a passkey
 * @param revision the digest of the revision it is of; null: it is of a wave
 */
public record Waiting(
        ApprovalSubject subject,
        String digest,
        boolean passkey,
        @Nullable String revision) {

    public Waiting {
        requireNonNull(subject, "subject");
        requireNonNull(digest, "digest");
    }

    /** Whether a rule that makes a campaign wait is about it. */
    boolean isOf(String rule) {
        return rule.equals(revision == null ? Notes.WAVE_APPROVAL : Notes.REVISION);
    }
}
