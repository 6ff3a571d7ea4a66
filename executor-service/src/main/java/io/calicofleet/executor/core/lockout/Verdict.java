package io.calicofleet.executor.core.lockout;

import static java.util.Objects.requireNonNull;

/**
 * What becomes of a flow.
 *
 * @param open whether it gets through
 * @param sure whether that can be decided
 * @param rule what cuts it, or what cannot be decided; empty where it is open
 */
record Verdict(boolean open, boolean sure, String rule) {

    static final Verdict OPEN = new Verdict(true, true, "");

    Verdict {
        requireNonNull(rule, "rule");
    }

    static Verdict cut(String rule) {
        return new Verdict(false, true, rule);
    }

    /** Perhaps open; only some of it, where it is about anyone. */
    static Verdict doubt(String rule) {
        return new Verdict(false, false, rule);
    }
}
