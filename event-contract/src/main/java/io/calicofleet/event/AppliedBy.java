package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Who brings the target release to the clusters. */
public enum AppliedBy {
    /** The executor of the cluster writes it. */
    EXECUTOR("The executor of the cluster writes it."),

    /** Others do, such as Argo CD or Flux from a repository; this system waits for it, and does everything around it. */
    EXTERNAL("Others do, such as Argo CD or Flux; the campaign waits for it, and does everything around it.");

    private static final Vocabulary<AppliedBy> VOCABULARY = Vocabulary.of(AppliedBy.class);

    private final String sentence;

    AppliedBy(String sentence) {
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
    public static AppliedBy parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
