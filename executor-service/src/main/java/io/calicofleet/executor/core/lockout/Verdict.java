package io.calicofleet.executor.core.lockout;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What becomes of a flow.
 *
 * @param kind what
 * @param rule what cuts it, or may cut it; empty where it is open
 * @param ends every end it may come to, by what decides there; two doubts are the same where these are
 */
record Verdict(Kind kind, String rule, List<String> ends) {

    enum Kind {
        /** It gets through. */
        OPEN,
        /** It does not. */
        CUT,
        /** It cannot be decided; or only some of it gets through, where it is about anyone. */
        DOUBT
    }

    static final Verdict OPEN = new Verdict(Kind.OPEN, "", List.of());

    Verdict {
        requireNonNull(kind, "kind");
        requireNonNull(rule, "rule");
        ends = List.copyOf(ends);
    }

    boolean open() {
        return kind == Kind.OPEN;
    }

    boolean sure() {
        return kind != Kind.DOUBT;
    }
}
