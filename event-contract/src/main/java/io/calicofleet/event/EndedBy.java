package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Who or what ends that something waits. */
public enum EndedBy {
    /** Whoever may act on the campaign. */
    PEOPLE,

    /** Whoever owns the cluster, and then whoever may act on the campaign. */
    OWNER,

    /** Whoever runs planner, executors and verifier. */
    OPERATOR,

    /** It ends by itself. */
    ITSELF;

    private static final Vocabulary<EndedBy> VOCABULARY = Vocabulary.of(EndedBy.class);

    /** The form in answers: lower case with hyphens. */
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
    public static EndedBy parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
