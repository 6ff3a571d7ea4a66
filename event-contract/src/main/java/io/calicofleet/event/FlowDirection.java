package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Which way a logged packet went, seen from the host. */
public enum FlowDirection {
    /** To the host. */
    INGRESS("To the host."),

    /** From the host. */
    EGRESS("From the host."),

    /** Through the host; only policies that apply on forward see it. */
    FORWARDED("Through the host; only policies that apply on forward see it.");

    private static final Vocabulary<FlowDirection> VOCABULARY = Vocabulary.of(FlowDirection.class);

    private final String sentence;

    FlowDirection(String sentence) {
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
    public static FlowDirection parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
