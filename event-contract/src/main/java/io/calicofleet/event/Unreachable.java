package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What to do with a cluster that cannot be reached when its turn comes. */
public enum Unreachable {
    /** It waits, without a place, keeps no wave, and is tried again until it can be reached. */
    WAIT("It waits, without a place, keeps no wave, and is tried again until it can be reached."),

    /** It is left out, unless its upgrade has begun. */
    SKIP("It is left out, unless its upgrade has begun."),

    /** It has failed, and counts as a failure. */
    FAIL("It has failed, and counts as a failure.");

    private static final Vocabulary<Unreachable> VOCABULARY = Vocabulary.of(Unreachable.class);

    private final String sentence;

    Unreachable(String sentence) {
        this.sentence = sentence;
    }

    /** One sentence for people, used verbatim in events, logs and pages. */
    public String sentence() {
        return sentence;
    }

    /** The form in events and files: lower case with hyphens. */
    @JsonValue
    public String encode() {
        return VOCABULARY.encode(this);
    }

    /**
     * Reads what {@link #encode()} writes.
     *
     * @throws IllegalArgumentException where no constant is encoded so; the message lists those there are
     */
    @JsonCreator
    public static Unreachable parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
