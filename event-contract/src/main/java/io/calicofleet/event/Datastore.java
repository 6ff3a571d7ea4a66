package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Where Calico keeps its resources, read from the environment of calico-node. */
public enum Datastore {
    /** The Kubernetes datastore (KDD). */
    KUBERNETES("The Kubernetes datastore (KDD)."),

    /** etcd v3. */
    ETCD("etcd v3.");

    private static final Vocabulary<Datastore> VOCABULARY = Vocabulary.of(Datastore.class);

    private final String sentence;

    Datastore(String sentence) {
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
    public static Datastore parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
