package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Who can do something about a failure; metrics count by it. */
public enum ErrorCategory {
    /** It may well work the next time: the network, a conflict, a server that is busy. */
    RETRYABLE("It may well work the next time: the network, a conflict, a server that is busy."),

    /** Something in the cluster has to be put right first. */
    CLUSTER_FAULT("Something in the cluster has to be put right first."),

    /** What was asked for cannot be done: the campaign or the settings have to change. */
    OPERATOR_ERROR("What was asked for cannot be done: the campaign or the settings have to change."),

    /** calico-fleet is at fault; please report it. */
    BUG("calico-fleet is at fault; please report it.");

    private static final Vocabulary<ErrorCategory> VOCABULARY = Vocabulary.of(ErrorCategory.class);

    private final String sentence;

    ErrorCategory(String sentence) {
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
    public static ErrorCategory parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
