package io.calicofleet.verifier.core.traffic;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.flow.FlowKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Rules for what a host says to itself. Felix polices loopback and a node's own addresses like anything else: the probes of
 * calico-node and kubelet, local load balancers and resolvers. So it is always allowed, by rules that name one address at
 * both ends, which lets in no neighbour.
 */
final class OwnTraffic {

    /** Rules for more addresses would cost every new connection on every node. */
    static final int MAX_ADDRESSES = 1000;

    private static final List<Cidr> LOOPBACK =
            List.of(requireNonNull(Cidr.parse("127.0.0.0/8")), requireNonNull(Cidr.parse("::1")));

    private static final String COMMENT = "must have: loopback, and each node to itself";

    private OwnTraffic() {}

    /**
     * The rules.
     *
     * @param network the addresses of the nodes
     * @param seen hosts that were seen to talk to themselves
     */
    static List<PolicyRule> rules(Network network, Collection<FlowKey> seen) {
        TreeSet<Cidr> own = new TreeSet<>();
        seen.stream()
                .map(FlowKey::peer)
                .filter(peer -> LOOPBACK.stream().noneMatch(net -> net.contains(peer)))
                .forEach(own::add);
        if (areFew(network)) {
            own.addAll(network.nodeAddresses());
        }
        List<PolicyRule> rules = new ArrayList<>();
        for (FlowDirection direction : List.of(FlowDirection.INGRESS, FlowDirection.EGRESS)) {
            LOOPBACK.forEach(net -> rules.add(PolicyRule.ofSelf(direction, net, COMMENT)));
            own.forEach(address -> rules.add(PolicyRule.ofSelf(direction, address, COMMENT)));
        }
        return rules;
    }

    /** Whether every node's own addresses are among the rules. */
    static boolean areFew(Network network) {
        return network.nodeAddresses().size() <= MAX_ADDRESSES;
    }
}
