package io.calicofleet.event;

import java.util.List;

/**
 * What the guard of a cluster's executor says of a policy in place of the temporary one, asked before a person approves.
 * Neither list has anything where nothing stands against it.
 *
 * @param refusals why the release would be refused with it, a sentence each
 * @param notes what could not be looked at, or only concerns some
 */
public record PolicyCheck(List<String> refusals, List<String> notes) {

    public PolicyCheck {
        refusals = Lines.few(refusals);
        notes = Lines.few(notes);
    }
}
