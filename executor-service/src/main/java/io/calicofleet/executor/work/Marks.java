package io.calicofleet.executor.work;

/** Labels of the objects we keep in a cluster. */
final class Marks {

    static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    static final String US = "calico-fleet";
    static final String CAMPAIGN = "calico-fleet.io/campaign";
    static final String PURPOSE = "calico-fleet.io/purpose";
    static final String UPGRADE = "upgrade";
    static final String BEFORE_RESTORE = "before-restore";
    static final String NAMESPACE = "kube-system";

    private Marks() {}
}
