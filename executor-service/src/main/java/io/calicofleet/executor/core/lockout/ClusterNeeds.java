package io.calicofleet.executor.core.lockout;

import io.calicofleet.executor.core.lockout.Need.Remote;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What has to be reached in a cluster, node by node, as it is set up.
 */
public final class ClusterNeeds {

    private static final String OTHERS = "the other nodes";
    private static final String ITSELF = "the node itself";

    private final NodeRoles roles;
    private final NetworkSetup network;
    private final IdentityHashMap<List<Remote>, Map<Object, List<Remote>>> shared = new IdentityHashMap<>();

    /**
     * The needs of a cluster.
     *
     * @param roles who runs what
     * @param network how the nodes talk to each other
     */
    public ClusterNeeds(NodeRoles roles, NetworkSetup network) {
        this.roles = roles;
        this.network = network;
    }

    Map<String, String> environment() {
        return network.environment();
    }

    List<Net> apiServers() {
        return roles.apiServers().stream().map(Remote::address).toList();
    }

    List<String> notes() {
        List<String> notes = new ArrayList<>(roles.notes());
        notes.addAll(network.notes());
        return notes;
    }

    /** What has to be reached on a node and from it. */
    List<Need> of(String node) {
        List<Need> needs = new ArrayList<>();
        for (Net local : roles.addresses(node)) {
            controlPlane(needs, node, local);
        }
        for (Net local : roles.networkAddresses(node)) {
            mesh(needs, node, local);
        }
        needs.add(new Need(
                "SSH tcp/22", true, "tcp", 22, roles.addresses(node).stream().findFirst(), List.of(), "anyone"));
        return needs;
    }

    private void controlPlane(List<Need> needs, String node, Net local) {
        List<Remote> servers = family(roles.apiServers(), local);
        List<Remote> nodes = family(roles.nodes(), local);
        String apiServer = "API server tcp/" + roles.apiServerPort();
        String kubelet = "kubelet tcp/" + roles.kubeletPort(node);
        to(needs, apiServer, "tcp", roles.apiServerPort(), local, servers);
        from(needs, kubelet, "tcp", roles.kubeletPort(node), local, servers, "the API server");
        if (roles.runsApiServer(local)) {
            from(needs, apiServer, "tcp", roles.apiServerPort(), local, nodes, OTHERS);
            needs.add(new Need(apiServer, true, "tcp", roles.apiServerPort(), Optional.of(local), List.of(), "anyone"));
            to(needs, "kubelet tcp/10250", "tcp", 10250, local, nodes);
        }
        etcd(needs, node, local, servers, nodes);
        if (roles.typhas().contains(node)) {
            from(needs, "Typha tcp/5473", "tcp", 5473, local, nodes, OTHERS);
        }
        to(needs, "Typha tcp/5473", "tcp", 5473, local, only(nodes, roles.typhas()));
    }

    private void etcd(List<Need> needs, String node, Net local, List<Remote> servers, List<Remote> nodes) {
        List<Remote> members = only(nodes, roles.etcds());
        if (roles.etcds().contains(node)) {
            from(needs, "etcd tcp/2379", "tcp", 2379, local, servers, "the API server");
            from(needs, "etcd tcp/2380", "tcp", 2380, local, members, "the other members of etcd");
            to(needs, "etcd tcp/2380", "tcp", 2380, local, members);
        }
        if (roles.runsApiServer(local)) {
            to(needs, "etcd tcp/2379", "tcp", 2379, local, members);
        }
        for (NodeRoles.EtcdServer etcd : roles.calicoEtcd()) {
            String service = "etcd of Calico tcp/" + etcd.port();
            to(needs, service, "tcp", etcd.port(), local, family(etcd.server(), local));
            if (etcd.server().getFirst().address().equals(local)) {
                from(needs, service, "tcp", etcd.port(), local, nodes, OTHERS);
            }
        }
    }

    private void mesh(List<Need> needs, String node, Net local) {
        List<Remote> nodes = family(roles.networkNodes(), local);
        if (network.bgpMesh()) {
            both(needs, "BGP tcp/" + network.bgpPort(), "tcp", network.bgpPort(), local, nodes);
        }
        List<Remote> peers = family(network.bgpPeers(node), local);
        from(needs, "BGP tcp/" + network.bgpPort(), "tcp", network.bgpPort(), local, peers, "its BGP peers");
        to(needs, "BGP tcp/" + network.bgpPort(), "tcp", network.bgpPort(), local, peers);
        network.udp().forEach((service, port) -> both(needs, service + " udp/" + port, "udp", port, local, nodes));
        if (network.ipip() && !local.v6()) {
            both(needs, "IPIP protocol 4", "4", Flow.NO_PORT, local, nodes);
        }
    }

    private static void both(
            List<Need> needs, String service, String protocol, int port, Net local, List<Remote> nodes) {
        from(needs, service, protocol, port, local, nodes, OTHERS);
        to(needs, service, protocol, port, local, nodes);
    }

    private static void from(
            List<Need> needs, String service, String protocol, int port, Net local, List<Remote> remotes, String who) {
        if (!remotes.isEmpty()) {
            needs.add(new Need(service, true, protocol, port, Optional.of(local), remotes, who));
        }
    }

    private static void to(
            List<Need> needs, String service, String protocol, int port, Net local, List<Remote> remotes) {
        if (!remotes.isEmpty()) {
            needs.add(new Need(service + " elsewhere", false, protocol, port, Optional.of(local), remotes, ITSELF));
        }
    }

    /** Those of the same family; the same list each time, for what lists have in common is found out once. */
    private List<Remote> family(List<Remote> remotes, Net local) {
        return part(remotes, local.v6(), remote -> remote.address().v6() == local.v6());
    }

    private List<Remote> only(List<Remote> remotes, Set<String> names) {
        return part(remotes, names, remote -> names.contains(remote.name()));
    }

    private List<Remote> part(List<Remote> remotes, Object which, Predicate<Remote> condition) {
        return shared.computeIfAbsent(remotes, list -> new HashMap<>())
                .computeIfAbsent(
                        which, any -> remotes.stream().filter(condition).toList());
    }
}
