package io.calicofleet.executor.core.lockout;

import static java.util.Objects.requireNonNull;

import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.evaluation.Flow;
import io.calicofleet.model.felix.object.Protocol;
import java.util.List;
import java.util.Optional;

/**
 * Something that has to be reached on a node, or from it.
 *
 * @param service what it is, such as kubelet tcp/10250
 * @param inbound whether it is reached on the node, or from it
 * @param protocol tcp, udp or a number
 * @param port the port; of ICMP the type; {@link Flow#NONE} where the protocol has none
 * @param local the node's address
 * @param remotes who is at the other end; empty: anyone
 * @param who the same for people, such as the other nodes
 */
record Need(
        String service,
        boolean inbound,
        String protocol,
        int port,
        Optional<Cidr> local,
        List<Remote> remotes,
        String who) {

    /** The protocol of those whose port is a type of ICMP; they have a local address. */
    static final String ICMPV6 = "icmpv6";

    /** One that is at the other end: a node or a server, by name and address. */
    record Remote(String name, Cidr address) {
        Remote {
            requireNonNull(name, "name");
            requireNonNull(address, "address");
        }
    }

    Need {
        requireNonNull(service, "service");
        requireNonNull(protocol, "protocol");
        requireNonNull(local, "local");
        requireNonNull(who, "who");
    }

    /** Whether it is the node that reaches itself. */
    boolean isOfItself() {
        return local.isPresent()
                && remotes.size() == 1
                && remotes.getFirst().address().equals(local.get());
    }

    Flow flow(Optional<Cidr> remote) {
        return protocol.equals(ICMPV6)
                ? Flow.ofIcmp(inbound, port, local.orElseThrow(), remote)
                : Flow.of(inbound, Protocol.of(protocol).number(), port, local, remote);
    }
}
