package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What a plan does with an object. */
public enum PlannedAction {
    /** It is not there, and is created. */
    CREATE("It is not there, and is created."),

    /** It is there, and is changed. */
    UPDATE("It is there, and is changed."),

    /** It is there, and is deleted; what takes its place under the same name is created. */
    RECREATE("It is there, and is deleted; what takes its place under the same name is created."),

    /** It is there, and is deleted. */
    DELETE("It is there, and is deleted.");

    private static final Vocabulary<PlannedAction> VOCABULARY = Vocabulary.of(PlannedAction.class);

    private final String sentence;

    PlannedAction(String sentence) {
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
    public static PlannedAction parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
