package io.calicofleet.event;

import java.time.Duration;

/**
 * Settings of the version gate.
 *
 * @param deadline how long the cluster may be seen with settled pods and without the version
 */
public record VersionGateSpec(Duration deadline) {

    public VersionGateSpec {
        Durations.bounded(deadline, "deadline");
    }
}
