package io.calicofleet.executor.core.step;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** Asks for the addresses of a host by its name, as they are seen where the executor runs. */
@FunctionalInterface
public interface NameLookup {

    /** For where there is nobody to ask. */
    NameLookup NONE = name -> new Answer.Unknown("there is nobody to ask");

    /** What was said. */
    sealed interface Answer permits Answer.Found, Answer.Unknown {

        /**
         * The addresses of the name.
         *
         * @param addresses of IPv4 and IPv6; at least one
         */
        record Found(List<String> addresses) implements Answer {
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
        record Unknown(String reason) implements Answer {
            public Unknown {
                requireNonNull(reason, "reason");
            }
        }
    }

    /** The addresses of a name. Blocks the calling virtual thread for a bounded time; what goes wrong is an answer too. */
    Answer lookup(String name);
}
