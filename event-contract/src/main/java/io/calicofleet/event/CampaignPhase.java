package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Where a campaign is. */
public enum CampaignPhase {
    /** Clusters are being upgraded, or the next wave is about to start. */
    RUNNING("Clusters are being upgraded, or the next wave is about to start.", false),

    /** A wave is done; the next one starts after its soak. */
    SOAKING("A wave is done; the next one starts after its soak.", false),

    /** The next wave waits for an approval. */
    AWAITING_APPROVAL("The next wave waits for an approval.", false),

    /** Nothing new starts before its time: a start, a maintenance window, or the end of a freeze. */
    SCHEDULED("Nothing new starts before its time: a start, a maintenance window, or the end of a freeze.", false),

    /** Paused by a person: what is under way finishes, nothing new starts. */
    PAUSED("Paused by a person: what is under way finishes, nothing new starts.", false),

    /** Stopped with everything else: what is under way finishes, nothing new starts. */
    STOPPED("Stopped with everything else: what is under way finishes, nothing new starts.", false),

    /** Stopped by a failed wave or a spent failure budget: retry, skip, approve or abort. */
    HELD("Stopped by a failed wave or a spent failure budget: retry, skip, approve or abort.", false),

    /** Aborted by a person: what is under way finishes its step. */
    ABORTING("Aborted by a person: what is under way finishes its step.", false),

    /** Every cluster was upgraded or skipped. */
    SUCCEEDED("Every cluster was upgraded or skipped.", true),

    /** Every cluster is finished, and some of them failed; a retry or a skip goes on from here. */
    FAILED("Every cluster is finished, and some of them failed; a retry or a skip goes on from here.", false),

    /** Aborted by a person. */
    ABORTED("Aborted by a person.", true);

    private static final Vocabulary<CampaignPhase> VOCABULARY = Vocabulary.of(CampaignPhase.class);

    private final String sentence;
    private final boolean terminal;

    CampaignPhase(String sentence, boolean terminal) {
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
    public static CampaignPhase parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
