package io.calicofleet.model.felix.evaluation;

/** Whether a rule is about some traffic. */
public enum Match {
    /** Not at all. */
    NO,

    /** It cannot be decided, or it is about some of the traffic only. */
    MAYBE,

    /** About all of it. */
    YES;

    /** YES or NO. */
    public static Match of(boolean yes) {
        return yes ? YES : NO;
    }

    Match and(Match other) {
        return compareTo(other) <= 0 ? this : other;
    }

    Match or(Match other) {
        return compareTo(other) >= 0 ? this : other;
    }

    Match not() {
        return switch (this) {
            case NO -> YES;
            case MAYBE -> MAYBE;
            case YES -> NO;
        };
    }
}
