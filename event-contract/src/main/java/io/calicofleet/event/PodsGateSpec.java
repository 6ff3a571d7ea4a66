package io.calicofleet.event;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the pods gate.
 *
 * @param deadline how long the cluster may be seen without settled pods once the step has acted
 * @param expectedReady ready of all containers of each calico-node pod, such as 1/2, for installs known to differ; null: all containers of the template
 */
public record PodsGateSpec(Duration deadline, @Nullable String expectedReady) {

    public PodsGateSpec {
        Durations.bounded(deadline, "deadline");
    }
}
