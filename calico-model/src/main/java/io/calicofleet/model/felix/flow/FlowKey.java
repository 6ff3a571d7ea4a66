package io.calicofleet.model.felix.flow;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.address.Cidr;
import java.util.Comparator;

/**
 * What packets have in common that are counted together.
 *
 * @param direction which way
 * @param protocol tcp, udp, icmp, icmpv6, sctp or a number; {@link #ANY} of a host that talks to itself
 * @param ports the destination port, several where there were too many to keep apart, or {@link #NO_PORT}
 * @param peer who is at the other end: an address, or a network where there were too many of them
 */
public record FlowKey(FlowDirection direction, String protocol, PortRange ports, Cidr peer)
        implements Comparable<FlowKey> {

    /** Stands for all protocols of a host that talks to itself. */
    public static final String ANY = "any";

    /** Of a protocol without ports. */
    public static final PortRange NO_PORT = PortRange.of(-1);

    /** What earlier releases wrote for the ports they took to be those of clients. */
    private static final String CLIENTS_PORTS = "-2";

    private static final Comparator<FlowKey> ORDER = Comparator.comparing(FlowKey::direction)
            .thenComparing(FlowKey::protocol)
            .thenComparing(FlowKey::ports)
            .thenComparing(FlowKey::peer);

    public FlowKey {
        requireNonNull(direction, "direction");
        requireNonNull(protocol, "protocol");
        requireNonNull(ports, "ports");
        requireNonNull(peer, "peer");
    }

    /** One of a single port; -1: of none. */
    public FlowKey(FlowDirection direction, String protocol, int port, Cidr peer) {
        this(direction, protocol, PortRange.of(port), peer);
    }

    /** Whether its protocol has ports and its packets carried one. */
    public boolean hasPorts() {
        return ports.first() >= 0;
    }

    /** Whether the host talks to itself. */
    public boolean isLocal() {
        return protocol.equals(ANY);
    }

    /** The same with other ports. */
    public FlowKey withPorts(PortRange others) {
        return new FlowKey(direction, protocol, others, peer);
    }

    /** The same with somebody else at the other end. */
    public FlowKey withPeer(Cidr other) {
        return new FlowKey(direction, protocol, ports, other);
    }

    /**
     * Reads what {@link #encode()} writes.
     *
     * @throws IllegalArgumentException where the text has another form
     */
    public static FlowKey parse(String text) {
        String[] parts = text.split(" ", -1);
        Cidr peer = parts.length == 4 ? Cidr.parse(parts[3]) : null;
        if (peer == null) {
            throw new IllegalArgumentException("'" + text + "' is no flow: direction protocol port network");
        }
        PortRange ports =
                parts[2].equals(CLIENTS_PORTS) ? new PortRange(32768, PortRange.LAST) : PortRange.parse(parts[2]);
        return new FlowKey(FlowDirection.parse(parts[0]), parts[1], ports, peer);
    }

    /** {@code ingress tcp 443 10.0.0.1/32}, or {@code 40960:41983} in place of the port. */
    public String encode() {
        return direction.encode() + " " + protocol + " " + ports + " " + peer;
    }

    @Override
    public int compareTo(FlowKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return encode();
    }
}
