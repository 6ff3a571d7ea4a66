package io.calicofleet.simulator.calico.felix;

import static java.util.Objects.requireNonNull;

import io.calicofleet.model.address.Address;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.evaluation.Flow;
import io.calicofleet.model.felix.object.Protocol;
import java.util.Optional;

/**
 * A packet of a node's network as one chain of its kernel sees it.
 *
 * @param inbound whether it comes in, or goes out
 * @param device the interface
 * @param protocol the number of its protocol
 * @param source the source address
 * @param destination the destination address
 * @param sourcePort the source port; {@link Flow#NONE} where the protocol has none
 * @param port the destination port; {@link Flow#NONE} where the protocol has none
 * @param icmpType the type of ICMP; {@link Flow#NONE} where it is another protocol
 * @param invalid whether the kernel's tracking takes it for a part of no connection
 */
record Packet(
        boolean inbound,
        String device,
        int protocol,
        Address source,
        Address destination,
        int sourcePort,
        int port,
        int icmpType,
        boolean invalid) {

    static final String ETHERNET = "eth0";
    static final String LOOPBACK = "lo";

    Packet {
        requireNonNull(device, "device");
        requireNonNull(source, "source");
        requireNonNull(destination, "destination");
    }

    /** The first one of a connection. */
    static Packet first(boolean inbound, int protocol, Address source, Address destination, int sourcePort, int port) {
        return new Packet(inbound, ETHERNET, protocol, source, destination, sourcePort, port, Flow.NONE, false);
    }

    /** One of ICMP, of the version its addresses are of. */
    static Packet icmp(boolean inbound, int type, Address source, Address destination) {
        int protocol = source.v6() ? Protocol.ICMPV6 : Protocol.ICMP;
        return new Packet(inbound, ETHERNET, protocol, source, destination, Flow.NONE, Flow.NONE, type, false);
    }

    /** The same through another interface, in one direction. */
    Packet through(String other, boolean in) {
        return new Packet(in, other, protocol, source, destination, sourcePort, port, icmpType, invalid);
    }

    /** The same as a part of no connection. */
    Packet asInvalid() {
        return new Packet(inbound, device, protocol, source, destination, sourcePort, port, icmpType, true);
    }

    /** As the model asks for it. */
    Flow flow() {
        Cidr local = Cidr.single(inbound ? destination : source);
        Cidr remote = Cidr.single(inbound ? source : destination);
        return new Flow(inbound, protocol, port, sourcePort, icmpType, Optional.of(local), Optional.of(remote));
    }

    /** Of IPv6. */
    boolean v6() {
        return source.v6();
    }

    /** {@code ingress tcp/10250}. */
    String what() {
        String name = Protocol.of(String.valueOf(protocol)).key();
        String service = invalid ? "invalid" : port == Flow.NONE ? name : name + "/" + port;
        return (inbound ? "ingress " : "egress ") + service;
    }
}
