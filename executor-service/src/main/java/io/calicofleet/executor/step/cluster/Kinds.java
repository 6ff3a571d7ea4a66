package io.calicofleet.executor.step.cluster;

/** The kinds the steps ask for by name. */
public final class Kinds {

    public static final String CORE = "v1";
    public static final String APPS = "apps/v1";

    /** Where calico-fleet keeps what is its own: lease, journal, backups. */
    public static final String KUBE_SYSTEM = "kube-system";

    public static final String BUDGETS = "policy/v1";
    public static final String OPERATOR = "operator.tigera.io/v1";
    public static final String CRDS = "apiextensions.k8s.io/v1";
    public static final String CRD = "CustomResourceDefinition";

    private Kinds() {}
}
