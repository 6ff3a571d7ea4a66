package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Whether the traffic review has to be approved. */
public enum TrafficMode {
    /** The review waits for an approval. */
    REQUIRED("The review waits for an approval."),

    /** The review is reported and goes on by itself, where the remaining policies leave every host endpoint open to what was seen. */
    ADVISORY(
            "The review is reported and goes on by itself, where the remaining policies leave every host endpoint open to what was seen."),

    /** No review: the temporary policy stays in place. */
    OFF("No review: the temporary policy stays in place.");

    private static final Vocabulary<TrafficMode> VOCABULARY = Vocabulary.of(TrafficMode.class);

    private final String sentence;

    TrafficMode(String sentence) {
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
    public static TrafficMode parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
