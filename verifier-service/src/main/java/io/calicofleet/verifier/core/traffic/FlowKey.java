package io.calicofleet.verifier.core.traffic;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.address.Cidr;
import java.util.Comparator;

/**
 * What packets have in common that are counted together.
 *
 * @param direction which way
 * @param protocol tcp, udp, icmp, icmpv6, sctp or a number
 * @param port the destination port, {@link Packet#NO_PORT} or {@link #EPHEMERAL}
 * @param peer who is at the other end: an address, or a network where there were too many of them
 */
public record FlowKey(FlowDirection direction, String protocol, int port, Cidr peer) implements Comparable<FlowKey> {

    /** Stands for the ports clients choose, where too many were seen to count each. */
    public static final int EPHEMERAL = -2;

    /** The first port Linux and the IANA let clients choose from (net.ipv4.ip_local_port_range). */
    public static final int FIRST_EPHEMERAL = 32768;

    private static final Comparator<FlowKey> ORDER = Comparator.comparing(FlowKey::direction)
            .thenComparing(FlowKey::protocol)
            .thenComparingInt(FlowKey::port)
            .thenComparing(FlowKey::peer);

    public FlowKey {
        requireNonNull(direction, "direction");
        requireNonNull(protocol, "protocol");
        requireNonNull(peer, "peer");
    }

    /** Whether its port is one clients choose: most likely an answer, whose connection the rules need not name. */
    public boolean isEphemeral() {
        return port == EPHEMERAL || (port >= FIRST_EPHEMERAL && !isWireGuard(protocol, port));
    }

    /** WireGuard of Calico listens on ports of that range. */
    static boolean isWireGuard(String protocol, int port) {
        return protocol.equals("udp") && (port == 51820 || port == 51821);
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
        return new FlowKey(FlowDirection.parse(parts[0]), parts[1], Integer.parseInt(parts[2]), peer);
    }

    /** {@code ingress tcp 443 10.0.0.1/32}. */
    public String encode() {
        return direction.encode() + " " + protocol + " " + port + " " + peer;
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
