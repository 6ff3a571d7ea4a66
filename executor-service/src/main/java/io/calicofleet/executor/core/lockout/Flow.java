package io.calicofleet.executor.core.lockout;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * A new connection of a host.
 *
 * @param inbound whether it comes to the host, or goes out
 * @param protocol tcp, udp or the number of a protocol
 * @param port the destination port; {@link #NO_PORT} where the protocol has none
 * @param local the host's address; empty where it is not known
 * @param remote who is at the other end; empty: anyone
 */
record Flow(boolean inbound, String protocol, int port, Optional<Net> local, Optional<Net> remote) {

    static final int NO_PORT = -1;

    Flow {
        requireNonNull(protocol, "protocol");
        requireNonNull(local, "local");
        requireNonNull(remote, "remote");
    }

    String direction() {
        return inbound ? "ingress" : "egress";
    }

    Optional<Net> source() {
        return inbound ? remote : local;
    }

    Optional<Net> destination() {
        return inbound ? local : remote;
    }

    /** Of IPv6 or of IPv4, which it is where no address tells. */
    boolean isV6() {
        return remote.or(() -> local).filter(Net::v6).isPresent();
    }

    /** Whether an address tells the family. */
    boolean hasFamily() {
        return remote.isPresent() || local.isPresent();
    }
}
