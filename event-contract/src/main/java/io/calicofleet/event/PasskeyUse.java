package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Whether an approval is signed with a passkey of whoever gives it. */
public enum PasskeyUse {
    /** It may be. */
    OPTIONAL("It may be."),

    /** It has to be. */
    REQUIRED("It has to be.");

    private static final Vocabulary<PasskeyUse> VOCABULARY = Vocabulary.of(PasskeyUse.class);

    private final String sentence;

    PasskeyUse(String sentence) {
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
    public static PasskeyUse parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
