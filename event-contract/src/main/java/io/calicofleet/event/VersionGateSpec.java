package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Settings of the version gate.
 *
 * @param deadline how long after the pods gate passed the version may take
 */
public record VersionGateSpec(Duration deadline) {

    public VersionGateSpec {
        requireNonNull(deadline, "deadline");
    }
}
