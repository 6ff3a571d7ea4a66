package io.calicofleet.model.felix.evaluation;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of a flow.
 *
 * @param kind what
 * @param rule what cuts it, or may cut it; empty where it is open
 * @param ends every end it may come to, by what decides there; two doubts are the same where these are
 */
public record Verdict(Kind kind, String rule, List<String> ends) {

    /** What becomes of it. */
    public enum Kind {
        /** It gets through. */
        OPEN,
        /** It does not. */
        CUT,
        /** It cannot be decided; or only some of it gets through, where it is about anyone. */
        DOUBT
    }

    /** It gets through. */
    public static final Verdict OPEN = new Verdict(Kind.OPEN, "", List.of());

    public Verdict {
        requireNonNull(kind, "kind");
        requireNonNull(rule, "rule");
        ends = List.copyOf(ends);
    }

    /** It is cut by one thing. */
    static Verdict cut(String by) {
        return new Verdict(Kind.CUT, by, List.of(by));
    }

    /** The same, unless something else, which cannot be decided, cuts it first. */
    Verdict orCut(String by) {
        if (kind == Kind.CUT) {
            return this;
        }
        List<String> all = new ArrayList<>(ends);
        all.add(by);
        return new Verdict(Kind.DOUBT, kind == Kind.OPEN ? by : rule, all);
    }

    /** Whether it gets through, surely. */
    public boolean open() {
        return kind == Kind.OPEN;
    }

    /** Whether it can be decided. */
    public boolean sure() {
        return kind != Kind.DOUBT;
    }
}
