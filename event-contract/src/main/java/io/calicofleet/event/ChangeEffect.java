package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What a change of the target does to a cluster. */
public enum ChangeEffect {
    /** The upgrade would lose something, be refused half way, or leave Calico without what it needs. */
    BLOCKS("The upgrade would lose something, be refused half way, or leave Calico without what it needs."),

    /** The upgrade goes on; something may behave otherwise. */
    WARNS("The upgrade goes on; something may behave otherwise."),

    /** It touches the cluster, and that is all that is known of it. */
    TELLS("It touches the cluster, and that is all that is known of it.");

    private static final Vocabulary<ChangeEffect> VOCABULARY = Vocabulary.of(ChangeEffect.class);

    private final String sentence;

    ChangeEffect(String sentence) {
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
    public static ChangeEffect parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
