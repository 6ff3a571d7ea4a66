package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * Settings of the gates.
 *
 * @param pods the pods gate
 * @param version the version gate
 * @param hostEndpointTraffic the traffic review
 */
public record GatesSpec(PodsGateSpec pods, VersionGateSpec version, TrafficGateSpec hostEndpointTraffic) {

    public GatesSpec {
        requireNonNull(pods, "pods");
        requireNonNull(version, "version");
        requireNonNull(hostEndpointTraffic, "hostEndpointTraffic");
    }
}
