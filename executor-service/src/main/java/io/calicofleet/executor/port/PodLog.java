package io.calicofleet.executor.port;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The last lines a pod has written.
 *
 * @param pod its name
 * @param node the node it runs on
 * @param lines the lines, the newest last; none where its container has not started
 */
public record PodLog(String pod, String node, List<String> lines) {

    public PodLog {
        requireNonNull(pod, "pod");
        requireNonNull(node, "node");
        lines = List.copyOf(lines);
    }
}
