package io.calicofleet.verifier.core.gate;

import io.calicofleet.event.GateKind;

/** The gates there are. A new kind does not compile until it has one here. */
public final class Gates {

    private static final Gate PODS = new PodsGate();
    private static final Gate VERSION = new VersionGate();
    private static final Gate OPERATOR = new OperatorGate();
    private static final Gate AGGREGATED_API = new AggregatedApiGate();
    private static final Gate NETWORK = new NetworkUnchangedGate();
    private static final Gate DIKASTES = new ApplicationLayerPolicyGate();
    private static final Gate PROTECTION = new HostEndpointProtectionGate();
    private static final Gate TRAFFIC = new HostEndpointTrafficGate();
    private static final Gate RELEASE = new HostEndpointReleaseGate();
    private static final Gate AUTO_HOST_ENDPOINTS = new AutoHostEndpointsGate();

    private static final Gate CONTINUITY = new ContinuityGate();

    private Gates() {}

    /** The gate of {@code kind}. */
    public static Gate of(GateKind kind) {
        return switch (kind) {
            case PODS -> PODS;
            case VERSION -> VERSION;
            case OPERATOR -> OPERATOR;
            case AGGREGATED_API -> AGGREGATED_API;
            case NETWORK_UNCHANGED -> NETWORK;
            case APPLICATION_LAYER_POLICY -> DIKASTES;
            case HOST_ENDPOINT_PROTECTION -> PROTECTION;
            case HOST_ENDPOINT_TRAFFIC -> TRAFFIC;
            case HOST_ENDPOINT_RELEASE -> RELEASE;
            case AUTO_HOST_ENDPOINTS -> AUTO_HOST_ENDPOINTS;
            case CONTINUITY -> CONTINUITY;
        };
    }
}
