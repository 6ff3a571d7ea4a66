package io.calicofleet.simulator.calico.felix;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.evaluation.Endpoint;
import io.calicofleet.model.felix.evaluation.Felix;
import io.calicofleet.model.felix.evaluation.Flow;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is in the kernel of a node: what the last Felix that could program it made of what it read then. It stays there
 * whatever becomes of that Felix.
 *
 * @param felix the policies of then
 * @param node the node
 * @param version the release that programmed it
 * @param interfaces the addresses of the node, by interface
 * @param logPrefix what is written before packets that a rule logs
 */
record NodeRules(
        Felix felix, String node, CalicoVersion version, Map<String, List<Cidr>> interfaces, String logPrefix) {

    /**
     * What became of a packet.
     *
     * @param endpoint the host endpoint that decided; empty where there is none
     * @param allowed whether it got through
     * @param logged whether a rule logged it
     */
    record Outcome(String endpoint, boolean allowed, boolean logged) {

        /** No host endpoint is about it. */
        static final Outcome OPEN = new Outcome("", true, false);
    }

    NodeRules {
        requireNonNull(felix, "felix");
        requireNonNull(node, "node");
        requireNonNull(version, "version");
        interfaces = Map.copyOf(interfaces);
        requireNonNull(logPrefix, "logPrefix");
    }

    /**
     * What becomes of a packet. One that belongs to no connection is dropped before any policy and not logged, wherever
     * policies are enforced at all (felix/rules/endpoints.go, endpointIptablesChain).
     */
    Outcome judge(Packet packet) {
        Optional<Endpoint> endpoint =
                felix.forInterface(node, packet.device(), interfaces.getOrDefault(packet.device(), List.of()));
        Flow flow = packet.flow();
        boolean open = felix.judge(node, packet.device(), endpoint, flow).open();
        if (endpoint.isEmpty()) {
            return new Outcome("", open, false);
        }
        Endpoint found = endpoint.get();
        if (packet.invalid()) {
            boolean enforced = !found.star() || ReleaseTrait.HOST_ENDPOINTS_DENY_BY_DEFAULT.isIn(version);
            return new Outcome(found.name(), !enforced, false);
        }
        return new Outcome(found.name(), open, felix.isLogged(found, flow));
    }

    /** Whether all packets of a connection get through. */
    boolean lets(Connection connection) {
        return connection.packets().stream().allMatch(packet -> judge(packet).allowed());
    }
}
