package io.calicofleet.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an inspection found about a change.
 *
 * @param fields the fields that are not so yet, as {@code IPPool a natOutgoing: now -> then}; none: all are so already
 * @param refusals why it is not made here, a sentence each without its full stop; none where it can be
 * @param understood the change that was looked at, as {@link ChangeSpec#toString()} says it; null of executors that know only FelixConfiguration
 */
public record ChangeFacts(
        List<String> fields,
        List<String> refusals,
        @Nullable String understood) {

    public ChangeFacts {
        fields = Lines.few(fields);
        refusals = Lines.few(refusals);
    }

    /** Whether it is about this change, and not about what of it an older executor could read. */
    public boolean isAbout(ChangeSpec change) {
        return understood == null
                ? ChangeSpec.ofFelix(change.felixConfiguration()).equals(change)
                : understood.equals(change.toString());
    }
}
