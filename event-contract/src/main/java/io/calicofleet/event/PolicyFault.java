package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * Something about an object that Felix of the target does not carry out as it is written.
 *
 * @param kind how it ends
 * @param object the object, such as GlobalNetworkPolicy deny-all
 * @param why a sentence part, such as {@code ingress rule 1 has port 0}
 */
public record PolicyFault(Kind kind, String object, String why) {

    /** How a fault ends. */
    public enum Kind {
        /** Felix leaves the whole object out, as if it were not there, and only logs that. */
        DROPPED,
        /** Felix cannot program it, panics and starts again for ever, and programs nothing else either. */
        POISON,
        /** A selector cannot be read, so what it is about is not known; the sentence has its text. */
        UNREADABLE_SELECTOR,
        /** Felix leaves out a part of it. */
        PART_LEFT_OUT;

        /** Whether no node may roll while it is there. */
        public boolean refuses() {
            return this == POISON || this == UNREADABLE_SELECTOR;
        }
    }

    public PolicyFault {
        requireNonNull(kind, "kind");
        requireNonNull(object, "object");
        requireNonNull(why, "why");
    }
}
