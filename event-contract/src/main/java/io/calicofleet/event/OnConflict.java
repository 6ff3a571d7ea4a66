package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What to do with a field that both a person and the target release changed. */
public enum OnConflict {
    /** Stop before the first write and list the conflicts. */
    HOLD("Stop before the first write and list the conflicts."),

    /** Keep what is in the cluster. */
    KEEP_MINE("Keep what is in the cluster."),

    /** Take what the target release says. */
    TAKE_NEW("Take what the target release says.");

    private static final Vocabulary<OnConflict> VOCABULARY = Vocabulary.of(OnConflict.class);

    private final String sentence;

    OnConflict(String sentence) {
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
    public static OnConflict parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
