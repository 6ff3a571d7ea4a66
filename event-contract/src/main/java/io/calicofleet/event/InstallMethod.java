package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** How Calico came onto a cluster, which decides how it is upgraded. */
public enum InstallMethod {
    /** calico.yaml on the Kubernetes datastore. */
    MANIFEST_KDD("calico.yaml on the Kubernetes datastore."),

    /** calico-typha.yaml on the Kubernetes datastore: calico.yaml with Typha. */
    MANIFEST_KDD_TYPHA("calico-typha.yaml on the Kubernetes datastore: calico.yaml with Typha."),

    /** calico-v3-crds.yaml: as calico.yaml, with definitions of projectcalico.org/v3 themselves. */
    MANIFEST_KDD_NATIVE("calico-v3-crds.yaml: as calico.yaml, with definitions of projectcalico.org/v3 themselves."),

    /** calico-policy-only.yaml: policy beside another network, with Typha. */
    MANIFEST_POLICY_ONLY("calico-policy-only.yaml: policy beside another network, with Typha."),

    /** canal.yaml on the Kubernetes datastore. */
    MANIFEST_CANAL("canal.yaml on the Kubernetes datastore."),

    /** calico-etcd.yaml. */
    MANIFEST_ETCD("calico-etcd.yaml."),

    /** canal-etcd.yaml. */
    MANIFEST_CANAL_ETCD("canal-etcd.yaml."),

    /** The operator, installed from its manifest. */
    OPERATOR("The operator, installed from its manifest."),

    /** The operator, installed by its Helm chart. */
    HELM("The operator, installed by its Helm chart."),

    /** Managed by the Kubernetes distribution; upgraded only by it. */
    DISTRIBUTION("Managed by the Kubernetes distribution; upgraded only by it."),

    /** No Calico was found. */
    NONE("No Calico was found.");

    private static final Vocabulary<InstallMethod> VOCABULARY = Vocabulary.of(InstallMethod.class);

    private final String sentence;

    InstallMethod(String sentence) {
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
    public static InstallMethod parse(String text) {
        return VOCABULARY.parse(text);
    }

    @Override
    public String toString() {
        return encode();
    }
}
