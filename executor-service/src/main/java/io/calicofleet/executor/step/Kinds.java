package io.calicofleet.executor.step;

/** The kinds the steps ask for by name. */
final class Kinds {

    static final String CORE = "v1";
    static final String APPS = "apps/v1";

    /** Where calico-fleet keeps what is its own: lease, journal, backups. */
    static final String KUBE_SYSTEM = "kube-system";

    static final String BUDGETS = "policy/v1";
    static final String OPERATOR = "operator.tigera.io/v1";
    static final String CRDS = "apiextensions.k8s.io/v1";
    static final String CRD = "CustomResourceDefinition";

    private Kinds() {}
}
