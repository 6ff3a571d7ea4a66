package io.calicofleet.verifier.core.traffic;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ApiServerObservation;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.verifier.core.traffic.NetworkSets.NetworkSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who is who in a cluster's network: nodes by their addresses, pods by their pools, others by network sets. Immutable. */
final class Network {

    /** More addresses than these are written as their networks. */
    private static final int MAX_SINGLE = 64;

    private static final int V4_NETWORK = 24;
    private static final int V6_NETWORK = 64;

    private final Map<Cidr, String> nodes = new TreeMap<>();
    private final List<Cidr> pods = new ArrayList<>();
    private final NetworkSets sets;
    private final ApiServerObservation apiServer;

    /**
     * What is no address or network is left out.
     *
     * @param apiServer where the API server is reached; null where that was not observed
     */
    Network(
            Map<String, List<String>> nodeAddresses,
            List<String> podNetworks,
            NetworkSets sets,
            @Nullable ApiServerObservation apiServer) {
        this.apiServer = apiServer == null ? new ApiServerObservation(List.of(), List.of()) : apiServer;
        this.sets = requireNonNull(sets, "sets");
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

    /** Every address of every node. */
    Collection<Cidr> nodeAddresses() {
        return nodes.keySet();
    }

    /** Whether {@code peer} is a node, or a network with one. */
    boolean hasNode(Cidr peer) {
        return !peer.isAny() && nodes.keySet().stream().anyMatch(peer::contains);
    }

    /** Whether {@code peer} is in a network of the pods. */
    boolean isOfPods(Cidr peer) {
        return pods.stream().anyMatch(pool -> pool.contains(peer));
    }

    NetworkSets sets() {
        return sets;
    }

    boolean knowsApiServer() {
        return !apiServer.onNodes().isEmpty() || !apiServer.elsewhere().isEmpty();
    }

    /** Where the API server listens on nodes; none where it is on none, or that is not known. */
    List<Integer> apiServerOnNodes() {
        return apiServer.onNodes();
    }

    /** Where the API server is reached at addresses of others than nodes, as far as that is known. */
    List<Integer> apiServerElsewhere() {
        return apiServer.elsewhere();
    }

    /**
     * Who a peer is.
     *
     * @param label for people
     * @param allowed whom a rule for it lets through, for people
     * @param nets what a rule has to name so that the peer is covered; empty where there is a set, or for anyone
     * @param set the network set a rule selects instead
     */
    record Peer(
            String label,
            String allowed,
            List<Cidr> nets,
            @Nullable NetworkSet set) {}

    /**
     * Who {@code seen} is: a node, the pods, a network set, or some network; a single address stands for the network it is
     * in.
     */
    Peer peer(Cidr seen) {
        String node = nodes.get(seen);
        if (node != null) {
            List<Cidr> nets = nodeNets(seen.base().v6());
            return new Peer(
                    "node " + node,
                    nets.contains(seen) ? "every node" : "the networks of all nodes, for there are many nodes",
                    nets,
                    null);
        }
        for (Cidr pool : pods) {
            if (pool.contains(seen)) {
                return new Peer("pod network " + pool, "every pod", List.of(pool), null);
            }
        }
        if (seen.isAny()) {
            return new Peer("anyone", "anyone, for the peers were too many", List.of(), null);
        }
        Optional<NetworkSet> set = sets.find(seen);
        if (set.isPresent() && set.get().isUsable()) {
            return new Peer("network set " + set.get().name(), "", List.of(), set.get());
        }
        Cidr network = seen.isSingle() ? seen.base().network(seen.base().v6() ? V6_NETWORK : V4_NETWORK) : seen;
        String why = set.map(
                        refused -> "; network set " + refused.name() + " cannot be named, for " + refused.refusal())
                .orElse("");
        return new Peer(network.toString(), "the networks of who was seen" + why, List.of(network), null);
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
