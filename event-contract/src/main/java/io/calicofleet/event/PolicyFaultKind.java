package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** How something ends that Felix does not carry out as it is written. */
public enum PolicyFaultKind {
    /** Felix leaves the whole object out, as if it were not there, and only logs that. */
    DROPPED("Felix leaves the whole object out, as if it were not there, and only logs that."),

    /** Felix cannot program it, panics and starts again for ever, and programs nothing else either. */
    POISON("Felix cannot program it, panics and starts again for ever, and programs nothing else either."),

    /** A selector of it cannot be read, so what it is about is not known. */
    UNREADABLE_SELECTOR("A selector of it cannot be read, so what it is about is not known."),

    /** Felix leaves out a part of it, and the rest means something else than it says. */
    PART_LEFT_OUT("Felix leaves out a part of it, and the rest means something else than it says.");

    private static final Vocabulary<PolicyFaultKind> VOCABULARY = Vocabulary.of(PolicyFaultKind.class);

    private final String sentence;

    PolicyFaultKind(String sentence) {
        this.sentence = sentence;
    }

    /** One sentence for people, used verbatim in events, logs and pages. */
    public String sentence() {
        return sentence;
    }

    /** Whether no node may roll while it is there. */
    public boolean refuses() {
        return this == POISON || this == UNREADABLE_SELECTOR;
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
    public static PolicyFaultKind parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
