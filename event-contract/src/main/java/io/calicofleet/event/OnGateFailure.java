package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What to do with a cluster whose upgrade did not pass its gates. */
public enum OnGateFailure {
    /** Leave it as it is, failed, for a person to look at. */
    HOLD("Leave it as it is, failed, for a person to look at."),

    /** Put back what the backup holds; the cluster counts as failed. */
    ROLLBACK("Put back what the backup holds; the cluster counts as failed.");

    private static final Vocabulary<OnGateFailure> VOCABULARY = Vocabulary.of(OnGateFailure.class);

    private final String sentence;

    OnGateFailure(String sentence) {
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
    public static OnGateFailure parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
