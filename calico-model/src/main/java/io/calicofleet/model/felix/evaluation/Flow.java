package io.calicofleet.model.felix.evaluation;

import static java.util.Objects.requireNonNull;

import io.calicofleet.model.address.Address;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.object.Protocol;
import java.util.Optional;
import java.util.Set;

/**
 * A new connection of a host, by its first packet.
 *
 * @param inbound whether it comes to the host, or goes out
 * @param protocol the number of its protocol
 * @param port the destination port; {@link #NONE} where the protocol has none
 * @param clientPort the source port; {@link #NONE} where the protocol has none, {@link #ANY} where it is one of those clients
 *     use
 * @param icmpType the type of ICMP, whose code is 0; {@link #NONE} where it is another protocol
 * @param local the host's address; empty where it is not known
 * @param remote who is at the other end; empty: anyone
 */
public record Flow(
        boolean inbound,
        int protocol,
        int port,
        int clientPort,
        int icmpType,
        Optional<Cidr> local,
        Optional<Cidr> remote) {

    /** No port, or no type. */
    public static final int NONE = -1;

    /** Any port from 1024 on. */
    public static final int ANY = -2;

    private static final Set<Integer> NEIGHBOUR_DISCOVERY = Set.of(130, 131, 132, 133, 135, 136);

    public Flow {
        requireNonNull(local, "local");
        requireNonNull(remote, "remote");
    }

    /** One whose client has any port; of no port, where the protocol has none. */
    public static Flow of(boolean inbound, int protocol, int port, Optional<Cidr> local, Optional<Cidr> remote) {
        return new Flow(inbound, protocol, port, port == NONE ? NONE : ANY, NONE, local, remote);
    }

    /** One of ICMP, of the version its addresses are of. */
    public static Flow ofIcmp(boolean inbound, int type, Cidr local, Optional<Cidr> remote) {
        int protocol = local.v6() ? Protocol.ICMPV6 : Protocol.ICMP;
        return new Flow(inbound, protocol, NONE, NONE, type, Optional.of(local), remote);
    }

    /** {@code ingress} or {@code egress}. */
    public String direction() {
        return inbound ? "ingress" : "egress";
    }

    Optional<Address> source() {
        return (inbound ? remote : local).map(Cidr::base);
    }

    Optional<Address> destination() {
        return (inbound ? local : remote).map(Cidr::base);
    }

    /** Whether it is of the ICMP by which hosts find each other, and routers, in IPv6 (felix/rules/static.go, ICMPv6Filter). */
    boolean isNeighbourDiscovery() {
        return protocol == Protocol.ICMPV6 && NEIGHBOUR_DISCOVERY.contains(icmpType);
    }

    /** Of IPv6 or of IPv4, which it is where no address tells. */
    boolean isV6() {
        return remote.or(() -> local).filter(Cidr::v6).isPresent();
    }

    /** Whether an address tells the family. */
    boolean hasFamily() {
        return remote.isPresent() || local.isPresent();
    }
}
