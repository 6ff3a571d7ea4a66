package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What to do where the target release is not tested with the Kubernetes of a cluster. */
public enum UntestedKubernetes {
    /** Refuse the upgrade before anything is written. */
    REFUSE("Refuse the upgrade before anything is written."),

    /** Upgrade all the same, with a note; hard limits stay refusals. */
    ALLOW("Upgrade all the same, with a note; hard limits stay refusals.");

    private static final Vocabulary<UntestedKubernetes> VOCABULARY = Vocabulary.of(UntestedKubernetes.class);

    private final String sentence;

    UntestedKubernetes(String sentence) {
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
    public static UntestedKubernetes parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
