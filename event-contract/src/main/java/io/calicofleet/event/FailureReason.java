package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Why a step ended without success. */
public enum FailureReason {
    /** The API server of the cluster could not be reached or kept failing. */
    API_UNAVAILABLE("The API server of the cluster could not be reached or kept failing.", ErrorCategory.RETRYABLE),

    /** Another executor holds the lease of this cluster. */
    LEASE_HELD("Another executor holds the lease of this cluster.", ErrorCategory.RETRYABLE),

    /** The lease of this cluster was lost while the step ran; it stopped before its next write. */
    LEASE_LOST(
            "The lease of this cluster was lost while the step ran; it stopped before its next write.",
            ErrorCategory.RETRYABLE),

    /** Another campaign has the cluster by now; the step stopped before its next write. */
    CLAIM_LOST(
            "Another campaign has the cluster by now; the step stopped before its next write.",
            ErrorCategory.OPERATOR_ERROR),

    /** The step came after the time until which it may be begun; nothing was done. */
    EXPIRED("The step came after the time until which it may be begun; nothing was done.", ErrorCategory.RETRYABLE),

    /** The kubeconfig may not do what the step needs. */
    FORBIDDEN("The kubeconfig may not do what the step needs.", ErrorCategory.CLUSTER_FAULT),

    /** The API server refused an object as invalid. */
    INVALID_OBJECT("The API server refused an object as invalid.", ErrorCategory.CLUSTER_FAULT),

    /** The cluster's admission kept refusing a write: a webhook, a policy or a quota. */
    WRITE_REFUSED(
            "The cluster's admission kept refusing a write: a webhook, a policy or a quota.",
            ErrorCategory.CLUSTER_FAULT),

    /** A manifest of a release could not be read. */
    RELEASE_UNAVAILABLE("A manifest of a release could not be read.", ErrorCategory.OPERATOR_ERROR),

    /** A manifest of a release differs from the checksum recorded for it. */
    RELEASE_CHANGED("A manifest of a release differs from the checksum recorded for it.", ErrorCategory.OPERATOR_ERROR),

    /** No usable backup was found in the cluster. */
    BACKUP_MISSING("No usable backup was found in the cluster.", ErrorCategory.CLUSTER_FAULT),

    /** The cluster is not in the state the step starts from. */
    UNEXPECTED_STATE("The cluster is not in the state the step starts from.", ErrorCategory.CLUSTER_FAULT),

    /** Removing the temporary policy would leave a host endpoint less open than it was found. */
    HOST_ENDPOINT_WOULD_BE_CLOSED(
            "Removing the temporary policy would leave a host endpoint less open than it was found.",
            ErrorCategory.OPERATOR_ERROR),

    /** Somebody would be locked out: a policy cuts what the cluster or its people need to reach a node. */
    WOULD_LOCK_OUT(
            "Somebody would be locked out: a policy cuts what the cluster or its people need to reach a node.",
            ErrorCategory.OPERATOR_ERROR),

    /** The etcd that holds Calico's resources could not be reached or kept failing. */
    DATASTORE_UNAVAILABLE(
            "The etcd that holds Calico's resources could not be reached or kept failing.", ErrorCategory.RETRYABLE),

    /** The chart of a release could not be read, or is not the one it should be. */
    CHART_UNAVAILABLE(
            "The chart of a release could not be read, or is not the one it should be.", ErrorCategory.OPERATOR_ERROR),

    /** The way back cannot be promised from here. */
    ROLLBACK_REFUSED("The way back cannot be promised from here.", ErrorCategory.OPERATOR_ERROR),

    /** This executor does not serve the cluster. */
    CLUSTER_UNKNOWN("This executor does not serve the cluster.", ErrorCategory.OPERATOR_ERROR),

    /** The executor has a kubeconfig of the cluster, but nothing can be done with it. */
    KUBECONFIG_UNUSABLE(
            "The executor has a kubeconfig of the cluster, but nothing can be done with it.",
            ErrorCategory.OPERATOR_ERROR),

    /** The step is meant for another cluster than its kubeconfig leads to; nothing was done. */
    OTHER_CLUSTER(
            "The step is meant for another cluster than its kubeconfig leads to; nothing was done.",
            ErrorCategory.OPERATOR_ERROR),

    /** The step lacks an approval that it needs; nothing was done. */
    NOT_APPROVED("The step lacks an approval that it needs; nothing was done.", ErrorCategory.OPERATOR_ERROR),

    /** An unexpected error in calico-fleet itself. */
    BUG("An unexpected error in calico-fleet itself.", ErrorCategory.BUG);

    private static final Vocabulary<FailureReason> VOCABULARY = Vocabulary.of(FailureReason.class);

    private final String sentence;
    private final ErrorCategory category;

    FailureReason(String sentence, ErrorCategory category) {
        this.sentence = sentence;
        this.category = category;
    }

    /** One sentence for people, used verbatim in events, logs and pages. */
    public String sentence() {
        return sentence;
    }

    /** Who can do something about it. */
    public ErrorCategory category() {
        return category;
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
    public static FailureReason parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
