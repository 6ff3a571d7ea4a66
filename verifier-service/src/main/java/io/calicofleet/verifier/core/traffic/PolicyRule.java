package io.calicofleet.verifier.core.traffic;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.FlowDirection;
import java.util.List;

/**
 * One Allow rule of the suggested policy.
 *
 * @param direction which way
 * @param protocol as in {@link FlowKey}
 * @param v6 whether it is about IPv6
 * @param nets who may be at the other end, all of one family; empty: anyone of that family
 * @param ports the destination ports; empty: the protocol has none
 * @param comment why it is there
 */
record PolicyRule(
        FlowDirection direction, String protocol, boolean v6, List<Cidr> nets, List<PortRange> ports, String comment) {

    PolicyRule {
        requireNonNull(direction, "direction");
        requireNonNull(protocol, "protocol");
        requireNonNull(comment, "comment");
        nets = List.copyOf(nets);
        ports = List.copyOf(ports);
    }

    /** Whether it lets all of {@code flow} through. */
    boolean allows(FlowKey flow) {
        return flow.direction() == direction
                && flow.protocol().equals(protocol)
                && flow.peer().base().v6() == v6
                && (ports.isEmpty() || ports.stream().anyMatch(range -> range.contains(flow.port())))
                && (nets.isEmpty() || nets.stream().anyMatch(net -> net.contains(flow.peer())));
    }
}
