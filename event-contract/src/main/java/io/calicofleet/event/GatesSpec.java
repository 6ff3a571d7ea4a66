package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the gates.
 *
 * @param pods the pods gate
 * @param version the version gate
 * @param hostEndpointTraffic the traffic review
 * @param limit how long the gates of a step may be open, whether the cluster is seen or not; null where the campaign names none: a week, or twice what the gates of the step may take
 */
public record GatesSpec(
        PodsGateSpec pods,
        VersionGateSpec version,
        TrafficGateSpec hostEndpointTraffic,
        @Nullable Duration limit) {

    public GatesSpec {
        requireNonNull(pods, "pods");
        requireNonNull(version, "version");
        requireNonNull(hostEndpointTraffic, "hostEndpointTraffic");
        Durations.boundedIfThere(limit, "limit");
    }

    /** Without a limit of its own. */
    public GatesSpec(PodsGateSpec pods, VersionGateSpec version, TrafficGateSpec hostEndpointTraffic) {
        this(pods, version, hostEndpointTraffic, null);
    }
}
