package io.calicofleet.executor.adapter.kubernetes.store;

/** Labels of the objects we keep in a cluster. */
public final class ObjectLabels {

    static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    static final String US = "calico-fleet";
    static final String CAMPAIGN = "calico-fleet.io/campaign";
    static final String PURPOSE = "calico-fleet.io/purpose";
    public static final String UPGRADE = "upgrade";
    public static final String BEFORE_RESTORE = "before-restore";
    static final String NAMESPACE = "kube-system";

    private ObjectLabels() {}

    /** Selects what is ours and for one purpose. */
    static String selector(String purpose) {
        return MANAGED_BY + "=" + US + "," + PURPOSE + "=" + purpose;
    }
}
