package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Why a cluster waits for a person. */
public enum HoldReason {
    /** The preflight found reasons against it. */
    PREFLIGHT_OBJECTIONS("The preflight found reasons against it."),

    /** Questions wait for a person, about changed fields or about what would be lost. */
    CUSTOMISATION_CONFLICTS("Questions wait for a person, about changed fields or about what would be lost."),

    /** What was installed cannot be proven, so nothing tells what people changed from what the release brought. */
    BASE_UNKNOWN(
            "What was installed cannot be proven, so nothing tells what people changed from what the release brought."),

    /** The logged traffic of the host endpoints waits for its review. */
    TRAFFIC_REVIEW("The logged traffic of the host endpoints waits for its review."),

    /** Policies would select the automatic host endpoints, and so decide on their traffic. */
    AUTO_HOST_ENDPOINT_POLICIES("Policies would select the automatic host endpoints, and so decide on their traffic."),

    /** What the upgrade would write is not what was planned: something has changed since. */
    PLAN_CHANGED("What the upgrade would write is not what was planned: something has changed since."),

    /** Somebody else changes the version of Calico on the cluster. */
    SECOND_UPGRADER("Somebody else changes the version of Calico on the cluster."),

    /** It cannot be reached; it waits without a place, and is tried again. */
    UNREACHABLE("It cannot be reached; it waits without a place, and is tried again."),

    /** A step failed. */
    STEP_FAILED("A step failed."),

    /** A gate was not passed. */
    GATE_FAILED("A gate was not passed."),

    /** The cluster was not seen for long enough to judge its step within the limit of the campaign. */
    NOT_SEEN("The cluster was not seen for long enough to judge its step within the limit of the campaign."),

    /** The campaign does not get the cluster: too many wait for it. */
    CLAIM_REFUSED("The campaign does not get the cluster: too many wait for it."),

    /** The executor ended again and again in the middle of the step. */
    EXECUTOR_ENDED("The executor ended again and again in the middle of the step."),

    /** Its upgrade did not succeed, and what the backup holds was put back. */
    ROLLED_BACK("Its upgrade did not succeed, and what the backup holds was put back.");

    private static final Vocabulary<HoldReason> VOCABULARY = Vocabulary.of(HoldReason.class);

    private final String sentence;

    HoldReason(String sentence) {
        this.sentence = sentence;
    }

    /** One sentence for people, used verbatim in events, logs and pages. */
    public String sentence() {
        return sentence;
    }

    /** Whether an approval lets it go on; what else is held has to be put right and tried again. */
    public boolean approvable() {
        return switch (this) {
            case CUSTOMISATION_CONFLICTS, BASE_UNKNOWN, TRAFFIC_REVIEW, AUTO_HOST_ENDPOINT_POLICIES, PLAN_CHANGED ->
                true;
            case PREFLIGHT_OBJECTIONS,
                    SECOND_UPGRADER,
                    STEP_FAILED,
                    GATE_FAILED,
                    NOT_SEEN,
                    UNREACHABLE,
                    CLAIM_REFUSED,
                    EXECUTOR_ENDED,
                    ROLLED_BACK -> false;
        };
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
    public static HoldReason parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
