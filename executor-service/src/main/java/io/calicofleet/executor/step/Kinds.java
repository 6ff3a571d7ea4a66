package io.calicofleet.executor.step;

import io.calicofleet.executor.core.step.ResourceRef;

/** The kinds the steps ask for by name. */
final class Kinds {

    static final String CORE = "v1";
    static final String APPS = "apps/v1";
    static final String CALICO = "crd.projectcalico.org/v1";
    static final String HOST_ENDPOINT = "HostEndpoint";
    static final String POLICY = "GlobalNetworkPolicy";
    static final String KUBE_SYSTEM = "kube-system";

    private Kinds() {}

    static ResourceRef hostEndpoint(String name) {
        return new ResourceRef(CALICO, HOST_ENDPOINT, "", name);
    }

    static ResourceRef policy(String storedName) {
        return new ResourceRef(CALICO, POLICY, "", storedName);
    }
}
