package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What became of a gate or of all the gates of a step. */
public enum Outcome {
    /** Everything it asks for was seen. */
    PASSED("Everything it asks for was seen."),

    /** Something it asks for was not seen in time, or cannot come any more. */
    FAILED("Something it asks for was not seen in time, or cannot come any more."),

    /** Everything was seen; a person decides. */
    NEEDS_APPROVAL("Everything was seen; a person decides."),

    /** Somebody else changed the version meanwhile; a person decides. */
    CONTESTED("Somebody else changed the version meanwhile; a person decides."),

    /** The cluster was not seen for long enough to tell before the limit of the campaign; a person decides. */
    UNDECIDED("The cluster was not seen for long enough to tell before the limit of the campaign; a person decides.");

    private static final Vocabulary<Outcome> VOCABULARY = Vocabulary.of(Outcome.class);

    private final String sentence;

    Outcome(String sentence) {
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
    public static Outcome parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
