package io.calicofleet.verifier.core.traffic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who is who in a cluster's network: the nodes by their addresses, the pods by their pools. Immutable. */
final class Network {

    /** More addresses than these are written as their networks. */
    private static final int MAX_SINGLE = 64;

    private static final int V4_NETWORK = 24;
    private static final int V6_NETWORK = 64;

    private final Map<Cidr, String> nodes = new TreeMap<>();
    private final List<Cidr> pods = new ArrayList<>();

    /** What is no address or network is left out. */
    Network(Map<String, List<String>> nodeAddresses, List<String> podNetworks) {
        nodeAddresses.forEach((node, addresses) -> addresses.forEach(text -> {
            Cidr address = Cidr.parse(text);
            if (address != null) {
                nodes.put(Cidr.of(address.base(), address.base().width()), node);
            }
        }));
        podNetworks.forEach(text -> {
            Cidr pool = Cidr.parse(text);
            if (pool != null) {
                pods.add(pool);
            }
        });
    }

    boolean knowsNodes() {
        return !nodes.isEmpty();
    }

    /**
     * Who a peer is.
     *
     * @param label for people
     * @param nets what a rule has to name so that the peer is covered; empty: anyone
     */
    record Peer(String label, List<Cidr> nets) {}

    /** Who {@code seen} is: a node, the pods, or some network; a single address stands for the network it is in. */
    Peer peer(Cidr seen) {
        String node = nodes.get(seen);
        if (node != null) {
            return new Peer("node " + node, nodeNets(seen.base().v6()));
        }
        for (Cidr pool : pods) {
            if (pool.contains(seen)) {
                return new Peer("pod network " + pool, List.of(pool));
            }
        }
        if (seen.isAny()) {
            return new Peer("anyone", List.of());
        }
        Cidr network = seen.isSingle() ? seen.base().network(seen.base().v6() ? V6_NETWORK : V4_NETWORK) : seen;
        return new Peer(network.toString(), List.of(network));
    }

    /** All nodes of a family: their addresses, or the networks these are in where there are many. */
    List<Cidr> nodeNets(boolean v6) {
        TreeSet<Cidr> nets = new TreeSet<>();
        nodes.keySet().stream().filter(net -> net.base().v6() == v6).forEach(nets::add);
        if (nets.size() <= MAX_SINGLE) {
            return List.copyOf(nets);
        }
        TreeSet<Cidr> wider = new TreeSet<>();
        nets.forEach(net -> wider.add(net.base().network(v6 ? V6_NETWORK : V4_NETWORK)));
        return List.copyOf(wider);
    }
}
