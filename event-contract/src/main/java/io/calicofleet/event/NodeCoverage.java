package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was heard from a node while its traffic was watched.
 *
 * @param node the node
 * @param lines log lines of any kind received from it
 * @param flowLines lines of the temporary policy among them
 * @param unreadable lines of the temporary policy that could not be parsed
 * @param first when the first line arrived
 * @param last when the last line arrived
 */
public record NodeCoverage(
        String node,
        long lines,
        long flowLines,
        long unreadable,
        @Nullable Instant first,
        @Nullable Instant last) {

    public NodeCoverage {
        requireNonNull(node, "node");
    }
}
