package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An approval that a step needs, and those who gave it.
 *
 * @param what of what, as {@link ApprovalSubject} names it
 * @param rule who may give it, and how many have to; null: anybody, once
 * @param author who created the campaign, or proposes the revision; null where nobody said
 * @param authorIdentity the same, as their issuer has it; null where nobody said
 * @param given the approvals there are
 */
public record NeededApproval(
        String what,
        @Nullable ApprovalSpec rule,
        @Nullable String author,
        @Nullable Identity authorIdentity,
        List<WaveApproval> given) {

    public NeededApproval {
        requireNonNull(what, "what");
        given = Copies.list(given);
    }
}
