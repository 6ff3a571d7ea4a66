package io.calicofleet.event;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes of a cluster get the new calico-node first, one after the other, and are seen to be well before any other does.
 * Exactly one of the first three is given.
 *
 * @param names these nodes
 * @param matchLabels the nodes that carry all these labels
 * @param count so many of those that are ready, in the order of their names
 * @param deadline how long one may take until its new pod is ready
 */
public record CanaryNodes(
        List<String> names,
        Map<String, String> matchLabels,
        @Nullable Integer count,
        Duration deadline) {

    /** How long one may take where nothing is said. */
    public static final Duration DEADLINE = Duration.ofMinutes(10);

    public CanaryNodes {
        names = Copies.list(names);
        matchLabels = Copies.map(matchLabels);
        Durations.bounded(deadline, "deadline");
    }
}
