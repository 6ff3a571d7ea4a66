package io.calicofleet.executor.core.lockout;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What was said of the name of a host when its addresses were asked for. */
public sealed interface NameAnswer permits NameAnswer.Found, NameAnswer.Unknown {

    /**
     * The addresses of the name.
     *
     * @param addresses of IPv4 and IPv6; at least one
     */
    record Found(List<String> addresses) implements NameAnswer {
        public Found {
            addresses = List.copyOf(addresses);
            if (addresses.isEmpty()) {
                throw new IllegalArgumentException("a name that was found has an address");
            }
        }
    }

    /**
     * No address was found.
     *
     * @param reason why, as the end of a sentence
     */
    record Unknown(String reason) implements NameAnswer {
        public Unknown {
            requireNonNull(reason, "reason");
        }
    }
}
