package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who approves a wave. Each approval has a name and a reason.
 *
 * @param when before the wave starts, or when it is done
 * @param by the names of those who may; empty: anybody
 * @param quorum how many different people have to, 1 or more
 * @param notAuthor whether whoever created the campaign may not
 * @param validFor how long an approval holds while what it is for has not started; null: for ever
 * @param passkey whether each approval is signed with a passkey; null: it may be
 */
public record ApprovalSpec(
        ApprovalTime when,
        List<String> by,
        int quorum,
        boolean notAuthor,
        @Nullable Duration validFor,
        @Nullable PasskeyUse passkey) {

    public ApprovalSpec {
        requireNonNull(when, "when");
        by = Copies.list(by);
        validFor = Durations.boundedIfThere(validFor, "validFor");
    }

    /** Whether an approval without a passkey does not count. */
    @JsonIgnore
    public boolean asksPasskey() {
        return passkey == PasskeyUse.REQUIRED;
    }
}
