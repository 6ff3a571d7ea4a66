package io.calicofleet.verifier.core.traffic;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.address.Address;
import io.calicofleet.model.address.Cidr;

/**
 * A logged packet.
 *
 * @param direction which way it went, seen from the host
 * @param protocol tcp, udp, icmp, icmpv6, sctp or a number
 * @param source its source address
 * @param destination its destination address
 * @param port its destination port; {@link #NO_PORT} where it has none
 */
public record Packet(FlowDirection direction, String protocol, Address source, Address destination, int port) {

    /** A protocol without ports, or a later fragment, which carries none. */
    public static final int NO_PORT = -1;

    private static final Cidr LOOPBACK = requireNonNull(Cidr.parse("127.0.0.0/8"));

    public Packet {
        requireNonNull(direction, "direction");
        requireNonNull(protocol, "protocol");
        requireNonNull(source, "source");
        requireNonNull(destination, "destination");
    }

    /** The other end, seen from the host: who sends what comes in, who receives what goes out. */
    public Address peer() {
        return switch (direction) {
            case INGRESS, FORWARDED -> source;
            case EGRESS -> destination;
        };
    }

    /** Whether the host sends it to itself: by loopback, or to the address it comes from. */
    public boolean isLocal() {
        return source.equals(destination) || (LOOPBACK.contains(source) && LOOPBACK.contains(destination));
    }
}
