package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the pods gate.
 *
 * @param deadline how long after the step was asked for the pods may take
 * @param expectedReady ready of all containers of each calico-node pod, such as 1/2, for installs known to differ; null: all containers of the template
 */
public record PodsGateSpec(Duration deadline, @Nullable String expectedReady) {

    public PodsGateSpec {
        requireNonNull(deadline, "deadline");
    }
}
