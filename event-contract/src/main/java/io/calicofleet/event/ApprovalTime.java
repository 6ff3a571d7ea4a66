package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** When a wave is approved. */
public enum ApprovalTime {
    /** Before it starts. */
    BEFORE("Before it starts."),

    /** When it is done, before the next one starts. */
    AFTER("When it is done, before the next one starts.");

    private static final Vocabulary<ApprovalTime> VOCABULARY = Vocabulary.of(ApprovalTime.class);

    private final String sentence;

    ApprovalTime(String sentence) {
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
    public static ApprovalTime parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
