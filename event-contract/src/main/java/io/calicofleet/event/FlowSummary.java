package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Traffic of one kind, aggregated.
 *
 * @param direction which way
 * @param protocol tcp, udp, icmp, icmpv6, sctp, a number, or any for a host that talks to itself
 * @param port the destination port; null where the protocol has none; of several that were joined the first
 * @param lastPort the last of several destination ports that were joined, for there were too many to keep apart; null where it is one
 * @param nodes the nodes it was seen on, the first twenty
 * @param peers who is at the other end: node, pod network, network set, or CIDR; the first twenty
 * @param packets number of logged packets
 * @param note what a person should know of it; empty where there is nothing
 */
public record FlowSummary(
        FlowDirection direction,
        String protocol,
        @Nullable Integer port,
        @Nullable Integer lastPort,
        List<String> nodes,
        List<String> peers,
        long packets,
        String note) {

    public FlowSummary {
        requireNonNull(direction, "direction");
        requireNonNull(protocol, "protocol");
        requireNonNull(note, "note");
        nodes = Copies.list(nodes);
        peers = Copies.list(peers);
    }
}
