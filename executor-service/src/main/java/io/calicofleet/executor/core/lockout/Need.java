package io.calicofleet.executor.core.lockout;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * Something that has to be reached on a node, or from it.
 *
 * @param service what it is, such as kubelet tcp/10250
 * @param inbound whether it is reached on the node, or from it
 * @param protocol tcp, udp or a number
 * @param port the port; {@link Flow#NO_PORT} where the protocol has none
 * @param local the node's address
 * @param remotes who is at the other end; empty: anyone
 * @param who the same for people, such as the other nodes
 */
record Need(
        String service,
        boolean inbound,
        String protocol,
        int port,
        Optional<Net> local,
        List<Remote> remotes,
        String who) {

    /** One that is at the other end: a node or a server, by name and address. */
    record Remote(String name, Net address) {
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

    Flow flow(Optional<Net> remote) {
        return new Flow(inbound, protocol, port, local, remote);
    }
}
