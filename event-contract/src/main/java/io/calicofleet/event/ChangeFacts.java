package io.calicofleet.event;

import java.util.List;

/**
 * What an inspection found about a change.
 *
 * @param fields the fields that are not so yet, as {@code field: now -> then}; none: all are so already
 * @param refusals why it is not made here, a sentence each without its full stop; none where it can be
 */
public record ChangeFacts(List<String> fields, List<String> refusals) {

    public ChangeFacts {
        fields = Lines.few(fields);
        refusals = Lines.few(refusals);
    }
}
