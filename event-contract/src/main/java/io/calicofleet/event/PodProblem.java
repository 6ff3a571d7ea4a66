package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A pod that is not as it should be.
 *
 * @param pod its name
 * @param node its node; empty where it has none yet
 * @param reason the reason as Kubernetes names it, such as ImagePullBackOff or Unready
 * @param message what Kubernetes says of it
 */
public record PodProblem(String pod, String node, String reason, String message) {

    public PodProblem {
        requireNonNull(pod, "pod");
        requireNonNull(node, "node");
        requireNonNull(reason, "reason");
        requireNonNull(message, "message");
    }
}
