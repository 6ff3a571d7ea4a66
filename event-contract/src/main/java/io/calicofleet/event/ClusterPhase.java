package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Where a cluster is in its campaign. */
public enum ClusterPhase {
    /** Waits for its wave, for a free place, or for a campaign that has the cluster. */
    PENDING("Waits for its wave, for a free place, or for a campaign that has the cluster.", false),

    /** A step is in flight. */
    RUNNING("A step is in flight.", false),

    /** Waits for a person; its place stays taken. */
    HELD("Waits for a person; its place stays taken.", false),

    /** Every step is done and every gate passed. */
    SUCCEEDED("Every step is done and every gate passed.", true),

    /** A step failed or a gate was not passed; a retry starts it again. */
    FAILED("A step failed or a gate was not passed; a retry starts it again.", false),

    /** Left out by a person. */
    SKIPPED("Left out by a person.", true),

    /** The campaign was aborted before the cluster was done. */
    ABORTED("The campaign was aborted before the cluster was done.", true);

    private static final Vocabulary<ClusterPhase> VOCABULARY = Vocabulary.of(ClusterPhase.class);

    private final String sentence;
    private final boolean terminal;

    ClusterPhase(String sentence, boolean terminal) {
        this.sentence = sentence;
        this.terminal = terminal;
    }

    /** One sentence for people, used verbatim in events, logs and pages. */
    public String sentence() {
        return sentence;
    }

    /** Whether nothing can change it any more. */
    public boolean terminal() {
        return terminal;
    }

    /** Whether nothing more happens to the cluster unless a person says so; what failed may be retried. */
    public boolean finished() {
        return terminal || this == FAILED;
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
    public static ClusterPhase parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
