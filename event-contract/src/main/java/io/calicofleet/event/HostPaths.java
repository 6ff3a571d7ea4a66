package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Whether paths from the network of the hosts are measured. */
public enum HostPaths {
    /** They are measured where the cluster takes pods in the network of its hosts; where it does not, that is told. */
    WHERE_POSSIBLE(
            "They are measured where the cluster takes pods in the network of its hosts; where it does not, that is told."),

    /** A cluster that does not take them, or where a node does not run one, counts as one that cannot be measured. */
    REQUIRED(
            "A cluster that does not take them, or where a node does not run one, counts as one that cannot be measured."),

    /** They are not measured, and no pod is in the network of the hosts. */
    OFF("They are not measured, and no pod is in the network of the hosts.");

    private static final Vocabulary<HostPaths> VOCABULARY = Vocabulary.of(HostPaths.class);

    private final String sentence;

    HostPaths(String sentence) {
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
    public static HostPaths parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
