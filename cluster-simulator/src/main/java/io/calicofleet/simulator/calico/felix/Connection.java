package io.calicofleet.simulator.calico.felix;

import io.calicofleet.model.address.Address;
import java.util.List;

/**
 * A new connection of a node, by the packets that all have to get through, in their order.
 *
 * @param packets those packets; the ones of neighbour discovery are not the connection's own
 */
record Connection(List<Packet> packets) {

    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;

    /** All nodes of a link whose address ends like the one looked for listen here (RFC 4291, 2.7.1). */
    private static final Address SOLICITED = address("ff02::1:ff00:0");

    private static final long LAST_24_BITS = 0xffffff;

    Connection {
        packets = List.copyOf(packets);
    }

    /** One over the network. In IPv4 neighbours are found by ARP, which no policy sees. */
    static Connection over(Packet first) {
        return new Connection(List.of(first));
    }

    /**
     * One of IPv6 over the network. Who wants to send asks for its neighbour first, and is answered; those packets meet the
     * policies like all others.
     *
     * @param neighbour who sends or gets the packet on the node's own link: the other end, or the router
     */
    static Connection overV6(Packet first, Address neighbour) {
        if (first.inbound()) {
            Address node = first.destination();
            return new Connection(List.of(
                    Packet.icmp(true, SOLICITATION, neighbour, solicited(node)),
                    Packet.icmp(false, ADVERTISEMENT, node, neighbour),
                    first));
        }
        Address node = first.source();
        return new Connection(List.of(
                first,
                Packet.icmp(false, SOLICITATION, node, solicited(neighbour)),
                Packet.icmp(true, ADVERTISEMENT, neighbour, node)));
    }

    /** One of the node with itself: it goes out and comes in through the loopback interface. */
    static Connection withItself(Packet first) {
        return new Connection(List.of(first.through(Packet.LOOPBACK, false), first.through(Packet.LOOPBACK, true)));
    }

    /** What is counted for a packet of it: the packet, or the connection it looks for a neighbour for. */
    Packet subject(Packet packet) {
        return isDiscovery(packet)
                ? packets.stream()
                        .filter(each -> !isDiscovery(each))
                        .findFirst()
                        .orElse(packet)
                : packet;
    }

    private static boolean isDiscovery(Packet packet) {
        return packet.icmpType() == SOLICITATION || packet.icmpType() == ADVERTISEMENT;
    }

    private static Address solicited(Address address) {
        return new Address(true, SOLICITED.high(), SOLICITED.low() | (address.low() & LAST_24_BITS));
    }

    private static Address address(String text) {
        return TrafficGenerator.address(text);
    }
}
