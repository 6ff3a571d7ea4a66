package io.calicofleet.verifier.core.traffic;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was heard from a node.
 *
 * @param lines log lines of any kind
 * @param flowLines packets among them
 * @param unreadable lines with the prefix that were no whole packet
 * @param first when the first line arrived
 * @param last when the last line arrived
 * @param sequence the newest kmsg sequence number; {@link LogLine#NO_SEQUENCE} where lines carry none
 * @param gaps how often the sequence jumped
 * @param lost how many records those jumps left out
 */
public record NodeHeard(
        long lines, long flowLines, long unreadable, Instant first, Instant last, long sequence, long gaps, long lost) {

    public NodeHeard {
        requireNonNull(first, "first");
        requireNonNull(last, "last");
    }

    /** What was heard {@code before}, nothing where it is null, and one line more. */
    static NodeHeard add(@Nullable NodeHeard before, LogLine line, Instant at) {
        NodeHeard heard = before == null ? new NodeHeard(0, 0, 0, at, at, LogLine.NO_SEQUENCE, 0, 0) : before;
        long next = line.sequence();
        // A sequence that starts over is a reboot, not a gap.
        long skipped = heard.sequence >= 0 && next > heard.sequence + 1 ? next - heard.sequence - 1 : 0;
        return new NodeHeard(
                heard.lines + 1,
                heard.flowLines + (line instanceof LogLine.Flow ? 1 : 0),
                heard.unreadable + (line instanceof LogLine.Unreadable ? 1 : 0),
                at.isBefore(heard.first) ? at : heard.first,
                at.isAfter(heard.last) ? at : heard.last,
                next >= 0 ? next : heard.sequence,
                heard.gaps + (skipped > 0 ? 1 : 0),
                heard.lost + skipped);
    }
}
