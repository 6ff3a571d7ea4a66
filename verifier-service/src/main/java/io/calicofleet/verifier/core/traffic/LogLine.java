package io.calicofleet.verifier.core.traffic;

import static java.util.Objects.requireNonNull;

/** What a line of a node's kernel log turned out to be. */
public sealed interface LogLine permits LogLine.Flow, LogLine.Other, LogLine.Unreadable {

    /** A line that carries no kmsg sequence number. */
    long NO_SEQUENCE = -1;

    /** The number the kernel gave the record, where the line comes from /dev/kmsg; else {@link #NO_SEQUENCE}. */
    long sequence();

    /**
     * A packet the Log action logged.
     *
     * @param packet the packet
     * @param policy what stands after the prefix, such as the policy's name (Felix v3.30.6 and later); empty where nothing
     * @param sequence see {@link LogLine#sequence()}
     */
    record Flow(Packet packet, String policy, long sequence) implements LogLine {
        public Flow {
            requireNonNull(packet, "packet");
            requireNonNull(policy, "policy");
        }
    }

    /**
     * Any other line of the kernel: it shows that the node is heard from.
     *
     * @param sequence see {@link LogLine#sequence()}
     */
    record Other(long sequence) implements LogLine {}

    /**
     * A line that carries the prefix but is not a whole packet: cut off, or of a form nobody knows. Counted, never guessed.
     *
     * @param reason what is missing
     * @param sequence see {@link LogLine#sequence()}
     */
    record Unreadable(String reason, long sequence) implements LogLine {
        public Unreadable {
            requireNonNull(reason, "reason");
        }
    }
}
