package io.calicofleet.verifier.core.traffic;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.flow.FlowKey;
import io.calicofleet.model.felix.flow.PortRange;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One Allow rule of the suggested policy.
 *
 * @param direction which way
 * @param protocol as in {@link FlowKey}; {@link FlowKey#ANY}: between each of the networks and itself, whatever it is
 * @param v6 whether it is about IPv6
 * @param nets who may be at the other end, all of one family; empty: those of the selector, or anyone of that family
 * @param selector the labels of the network set that may be at the other end; empty: no set
 * @param ports the destination ports; empty: all there are
 * @param icmpType the type of ICMP; null: every one
 * @param comments why it is there and whom it lets through, line by line
 */
record PolicyRule(
        FlowDirection direction,
        String protocol,
        boolean v6,
        List<Cidr> nets,
        Map<String, String> selector,
        List<PortRange> ports,
        @Nullable Integer icmpType,
        List<String> comments) {

    PolicyRule {
        requireNonNull(direction, "direction");
        requireNonNull(protocol, "protocol");
        nets = List.copyOf(nets);
        selector = Map.copyOf(selector);
        ports = List.copyOf(ports);
        comments = List.copyOf(comments);
    }

    /** One that names networks, or no peer at all. */
    PolicyRule(
            FlowDirection direction,
            String protocol,
            boolean v6,
            List<Cidr> nets,
            List<PortRange> ports,
            String comment) {
        this(direction, protocol, v6, nets, Map.of(), ports, null, List.of(comment));
    }

    /** Everything between a host's own address, or its loopback network, and itself. */
    static PolicyRule ofSelf(FlowDirection direction, Cidr own, String comment) {
        return new PolicyRule(direction, FlowKey.ANY, own.base().v6(), List.of(own), List.of(), comment);
    }

    /** One type of ICMPv6 of anyone. */
    static PolicyRule ofIcmpV6(FlowDirection direction, int type, String comment) {
        return new PolicyRule(direction, "icmpv6", true, List.of(), Map.of(), List.of(), type, List.of(comment));
    }

    boolean isOfSelf() {
        return protocol.equals(FlowKey.ANY);
    }

    /** Whether it lets all of {@code flow} through, where the network sets are these. */
    boolean allows(FlowKey flow, NetworkSets sets) {
        return flow.direction() == direction
                && flow.protocol().equals(protocol)
                && flow.peer().base().v6() == v6
                && icmpType == null
                && (ports.isEmpty() || ports.stream().anyMatch(range -> range.contains(flow.ports())))
                && (nets.isEmpty() || nets.stream().anyMatch(net -> net.contains(flow.peer())))
                && (selector.isEmpty() || sets.selects(selector, flow.peer()));
    }
}
