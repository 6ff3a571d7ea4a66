package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * Something about an object that Felix of the target does not carry out as it is written.
 *
 * @param kind how it ends
 * @param object the object, such as GlobalNetworkPolicy deny-all
 * @param why a sentence part, such as {@code ingress rule 1 has port 0}
 */
public record PolicyFault(PolicyFaultKind kind, String object, String why) {

    public PolicyFault {
        requireNonNull(kind, "kind");
        requireNonNull(object, "object");
        requireNonNull(why, "why");
    }
}
