package io.calicofleet.executor.core.lockout;

import static java.util.Objects.requireNonNull;

/**
 * What becomes of a flow.
 *
 * @param kind what
 * @param rule what cuts it, or what cannot be decided; empty where it is open
 */
record Verdict(Kind kind, String rule) {

    enum Kind {
        /** It gets through. */
        OPEN,
        /** It does not. */
        CUT,
        /** It cannot be decided; or only some of it gets through, where it is about anyone. */
        DOUBT,
        /** A rule hands it to the next tier or to the profiles. */
        PASSED
    }

    static final Verdict OPEN = new Verdict(Kind.OPEN, "");
    static final Verdict PASSED = new Verdict(Kind.PASSED, "");

    Verdict {
        requireNonNull(kind, "kind");
        requireNonNull(rule, "rule");
    }

    static Verdict cut(String rule) {
        return new Verdict(Kind.CUT, rule);
    }

    static Verdict doubt(String rule) {
        return new Verdict(Kind.DOUBT, rule);
    }

    boolean open() {
        return kind == Kind.OPEN;
    }

    boolean sure() {
        return kind != Kind.DOUBT;
    }

    boolean passed() {
        return kind == Kind.PASSED;
    }
}
