package io.calicofleet.verifier.core.gate;

import org.jspecify.annotations.Nullable;

/**
 * How many of a pod's containers are ready, as kubectl prints it.
 *
 * @param ready the ready ones
 * @param containers all
 */
record ReadyCount(int ready, int containers) {

    /** Reads {@code 1/2}; null where the text has another form. */
    static @Nullable ReadyCount parse(String text) {
        int slash = text.indexOf('/');
        try {
            return slash < 1
                    ? null
                    : new ReadyCount(
                            Integer.parseUnsignedInt(text.substring(0, slash)),
                            Integer.parseUnsignedInt(text.substring(slash + 1)));
        } catch (NumberFormatException expected) {
            return null;
        }
    }

    boolean isAll() {
        return ready == containers;
    }

    /** Whether it has as many containers and at least as many of them are ready. */
    boolean meets(ReadyCount expected) {
        return containers == expected.containers && ready >= expected.ready;
    }

    @Override
    public String toString() {
        return ready + "/" + containers;
    }
}
