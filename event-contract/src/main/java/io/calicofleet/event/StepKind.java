package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What an executor can be asked to do to a cluster. The first thing to touch for a new step, see CONTRIBUTING.md. */
public enum StepKind {
    /** Reads what is installed; changes nothing. */
    INSPECT("Reads what is installed; changes nothing."),

    /** Works out everything that the steps of an upgrade would write; changes nothing. */
    PLAN("Works out everything that the steps of an upgrade would write; changes nothing."),

    /** Stores every object the campaign may change in the cluster, with what it takes to restore it. */
    BACKUP("Stores every object the campaign may change in the cluster, with what it takes to restore it."),

    /** Labels the host endpoints of all interfaces and allows and logs their traffic, before v3.14 denies it by default. */
    PROTECT_HOST_ENDPOINTS(
            "Labels the host endpoints of all interfaces and allows and logs their traffic, before v3.14 denies it by default."),

    /** Puts right what must be right before the upgrade, such as a finished Job in its way; each thing is recorded. */
    PREPARE(
            "Puts right what must be right before the upgrade, such as a finished Job in its way; each thing is recorded."),

    /** Merges the local changes into the manifest of the target release and applies it. */
    UPGRADE("Merges the local changes into the manifest of the target release and applies it."),

    /** Brings the definitions and then the operator of the target release; the operator upgrades Calico. */
    UPGRADE_OPERATOR(
            "Brings the definitions and then the operator of the target release; the operator upgrades Calico."),

    /** Brings the definitions and then the chart of the target release, with the values of the release that is there. */
    UPGRADE_HELM_RELEASE(
            "Brings the definitions and then the chart of the target release, with the values of the release that is there."),

    /** Installs the operator of the release that runs and has it take Calico over from the manifests, node by node. */
    MIGRATE_TO_OPERATOR(
            "Installs the operator of the release that runs and has it take Calico over from the manifests, node by node."),

    /** Moves Calico's resources from etcd to Kubernetes, and its manifests with them: locked, compared, rolled out, unlocked. */
    MIGRATE_TO_KUBERNETES_DATASTORE(
            "Moves Calico's resources from etcd to Kubernetes, and its manifests with them: locked, compared, rolled out, unlocked."),

    /** Gives fields of FelixConfiguration default the values of the campaign, by which Felix starts again on each node. */
    CHANGE(
            "Gives fields of FelixConfiguration default the values of the campaign, by which Felix starts again on each node."),

    /** Patches the sidecar injector and restarts, a few at a time, what runs an older Dikastes. */
    UPGRADE_APPLICATION_LAYER_POLICY(
            "Patches the sidecar injector and restarts, a few at a time, what runs an older Dikastes."),

    /** Replaces a calicoctl that runs in the cluster by the one of the target release. */
    REPLACE_CALICOCTL("Replaces a calicoctl that runs in the cluster by the one of the target release."),

    /** Has the traffic that only the temporary policy allows logged and reviewed. */
    REVIEW_HOST_ENDPOINT_TRAFFIC("Has the traffic that only the temporary policy allows logged and reviewed."),

    /** Removes the temporary policy and its label, after the review. */
    RELEASE_HOST_ENDPOINTS("Removes the temporary policy and its label, after the review."),

    /** Replaces the host endpoints of all interfaces by automatic ones, node by node. */
    MIGRATE_TO_AUTO_HOST_ENDPOINTS("Replaces the host endpoints of all interfaces by automatic ones, node by node."),

    /** Puts the objects of the backup back; a Helm release goes back to the chart and values of its backup. */
    RESTORE("Puts the objects of the backup back; a Helm release goes back to the chart and values of its backup."),

    /** Changes nothing and observes one healthy workload; for benchmarks and drills. */
    DRILL("Changes nothing and observes one healthy workload; for benchmarks and drills.");

    private static final Vocabulary<StepKind> VOCABULARY = Vocabulary.of(StepKind.class);

    private final String sentence;

    StepKind(String sentence) {
        this.sentence = sentence;
    }

    /** One sentence for people, used verbatim in events, logs and pages. */
    public String sentence() {
        return sentence;
    }

    /**
     * Whether it is what its campaign is there for: it puts another release in place, another install of one, or other settings. A new kind is not, unless
     * it is named here.
     */
    public boolean upgrades() {
        return this == UPGRADE
                || this == UPGRADE_OPERATOR
                || this == UPGRADE_HELM_RELEASE
                || this == MIGRATE_TO_OPERATOR
                || this == MIGRATE_TO_KUBERNETES_DATASTORE
                || this == CHANGE;
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
    public static StepKind parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
