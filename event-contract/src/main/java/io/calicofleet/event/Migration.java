package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Another way to have Calico installed, or its resources kept, to which a campaign takes its clusters. */
public enum Migration {
    /** From manifests to the operator, which keeps Calico from then on; the release stays the same. */
    TO_OPERATOR("From manifests to the operator, which keeps Calico from then on; the release stays the same."),

    /** From etcd to Kubernetes, where Calico keeps its resources from then on; the release stays the same. */
    TO_KUBERNETES_DATASTORE(
            "From etcd to Kubernetes, where Calico keeps its resources from then on; the release stays the same.");

    private static final Vocabulary<Migration> VOCABULARY = Vocabulary.of(Migration.class);

    private final String sentence;

    Migration(String sentence) {
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
    public static Migration parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
