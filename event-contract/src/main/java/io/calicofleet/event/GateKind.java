package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What a verifier can be asked to judge. The first thing to touch for a new gate, see CONTRIBUTING.md. */
public enum GateKind {
    /** Every node runs the expected pods of the expected images, ready and settled. */
    PODS("Every node runs the expected pods of the expected images, ready and settled."),

    /** The datastore names the target release, twice in a row, and every image is of it. */
    VERSION("The datastore names the target release, twice in a row, and every image is of it."),

    /** The operator of the target release has rolled out and says that every component is available and at the target. */
    OPERATOR(
            "The operator of the target release has rolled out and says that every component is available and at the target."),

    /** The aggregated API of projectcalico.org/v3 is available, where it was before. */
    AGGREGATED_API("The aggregated API of projectcalico.org/v3 is available, where it was before."),

    /** Node addresses, IP pools, policies and the workloads of Calico are as they were before. */
    NETWORK_UNCHANGED("Node addresses, IP pools, policies and the workloads of Calico are as they were before."),

    /** No workload runs a Dikastes older than the target. */
    APPLICATION_LAYER_POLICY("No workload runs a Dikastes older than the target."),

    /** The temporary policy is in force and every host endpoint of all interfaces carries its label. */
    HOST_ENDPOINT_PROTECTION(
            "The temporary policy is in force and every host endpoint of all interfaces carries its label."),

    /** The traffic of every protected host endpoint was heard and reviewed. */
    HOST_ENDPOINT_TRAFFIC("The traffic of every protected host endpoint was heard and reviewed."),

    /** The temporary policy and its label are gone. */
    HOST_ENDPOINT_RELEASE("The temporary policy and its label are gone."),

    /** Every node has an automatic host endpoint and no other of all interfaces is left. */
    AUTO_HOST_ENDPOINTS("Every node has an automatic host endpoint and no other of all interfaces is left."),

    /** No path was without an answer for longer than allowed while the nodes rolled, and every path was measured. */
    CONTINUITY(
            "No path was without an answer for longer than allowed while the nodes rolled, and every path was measured.");

    private static final Vocabulary<GateKind> VOCABULARY = Vocabulary.of(GateKind.class);

    private final String sentence;

    GateKind(String sentence) {
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
    public static GateKind parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
