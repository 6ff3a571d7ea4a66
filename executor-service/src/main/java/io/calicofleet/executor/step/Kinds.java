package io.calicofleet.executor.step;

/** The kinds the steps ask for by name. */
final class Kinds {

    static final String CORE = "v1";
    static final String APPS = "apps/v1";
    static final String KUBE_SYSTEM = "kube-system";

    private Kinds() {}
}
