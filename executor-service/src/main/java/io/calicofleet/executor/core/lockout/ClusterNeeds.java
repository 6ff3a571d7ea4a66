package io.calicofleet.executor.core.lockout;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.lockout.Need.Remote;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.evaluation.Surroundings;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What has to be reached in a cluster, node by node, as it is set up.
 */
public final class ClusterNeeds {

    private static final int NEIGHBOUR_SOLICITATION = 135;
    private static final int NEIGHBOUR_ADVERTISEMENT = 136;
    private static final String OTHERS = "the other nodes";
    private static final String ITSELF = "the node itself";

    private final NodeRoles roles;
    private final NetworkSetup network;
    private final BgpSessions bgp;
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
        this.bgp = network.bgp(roles.hosts());
    }

    /** What Felix goes by besides its resources. */
    Surroundings surroundings() {
        return new Surroundings(
                network.environment(),
                network.pools(),
                roles.networkNodes().stream().map(Remote::address).collect(Collectors.toSet()),
                new ApiServerService(roles.apiServers(), roles.apiServerPort()),
                roles.calicoEtcd().isEmpty() && !network.environment().containsKey("ETCD_ENDPOINTS"));
    }

    /**
     * A note where source and target may program different iptables: what the old Felix left in the other one stays, and is
     * enforced.
     */
    Optional<String> otherIptables(CalicoVersion source, CalicoVersion target) {
        boolean set = network.environment().keySet().stream().anyMatch("FELIX_IPTABLESBACKEND"::equalsIgnoreCase);
        return set || !ReleaseTrait.IPTABLES_BACKEND_CHOSEN.comesBetween(source, target)
                ? Optional.empty()
                : Optional.of(
                        source + " programs iptables-legacy, and " + target + " finds out which iptables a node uses:"
                                + " where it takes nft, as after a reboot, the old rules stay and are enforced. See them with"
                                + " iptables-legacy-save | grep cali; set FELIX_IPTABLESBACKEND, or remove them by a reboot of the"
                                + " node");
    }

    /** The addresses of a node. */
    List<Cidr> addresses(String node) {
        return roles.addresses(node);
    }

    /** The addresses of all nodes. */
    List<Cidr> nodes() {
        return roles.nodes().stream().map(Remote::address).toList();
    }

    /** That of calico-node. */
    Map<String, String> environment() {
        return network.environment();
    }

    Set<String> nodeNames() {
        return roles.nodes().stream().map(Remote::name).collect(Collectors.toSet());
    }

    boolean isNode(String name) {
        return roles.isNode(name);
    }

    List<String> notes() {
        List<String> notes = new ArrayList<>(roles.notes());
        notes.addAll(bgp.notes());
        return notes;
    }

    /** What has to be reached on a node and from it. */
    List<Need> of(String node) {
        List<Need> needs = new ArrayList<>();
        for (Cidr local : roles.addresses(node)) {
            controlPlane(needs, node, local);
        }
        for (Cidr local : roles.networkAddresses(node)) {
            mesh(needs, node, local);
        }
        roles.addresses(node).stream().filter(Cidr::v6).forEach(local -> neighbours(needs, node, local));
        for (NodeRoles.Probe probe : roles.probes(node)) {
            toItself(needs, probe);
        }
        needs.add(new Need(
                "SSH tcp/22", true, "tcp", 22, roles.addresses(node).stream().findFirst(), List.of(), "anyone"));
        return needs;
    }

    private void controlPlane(List<Need> needs, String node, Cidr local) {
        List<Remote> servers = family(roles.apiServers(), local);
        List<Remote> nodes = family(roles.nodes(), local);
        String apiServer = "API server tcp/" + roles.apiServerPort();
        to(needs, apiServer, "tcp", roles.apiServerPort(), local, servers);
        for (NodeRoles.Reached elsewhere : roles.apiServersElsewhere()) {
            to(
                    needs,
                    "API server tcp/" + elsewhere.port(),
                    "tcp",
                    elsewhere.port(),
                    local,
                    family(elsewhere.addresses(), local));
        }
        from(needs, kubelet(roles.kubeletPort(node)), "tcp", roles.kubeletPort(node), local, servers, "the API server");
        if (roles.runsApiServer(local)) {
            from(needs, apiServer, "tcp", roles.apiServerPort(), local, nodes, OTHERS);
            needs.add(new Need(apiServer, true, "tcp", roles.apiServerPort(), Optional.of(local), List.of(), "anyone"));
            nodes.stream()
                    .map(remote -> roles.kubeletPort(remote.name()))
                    .distinct()
                    .forEach(port -> to(
                            needs,
                            kubelet(port),
                            "tcp",
                            port,
                            local,
                            part(nodes, port, remote -> roles.kubeletPort(remote.name()) == port)));
        }
        etcd(needs, node, local, servers, nodes);
        String typha = "Typha tcp/" + roles.typhaPort();
        if (roles.typhas().contains(node)) {
            from(needs, typha, "tcp", roles.typhaPort(), local, nodes, OTHERS);
        }
        to(needs, typha, "tcp", roles.typhaPort(), local, only(nodes, roles.typhas()));
    }

    /**
     * How nodes find each other in IPv6: who has an address is asked and answered with ICMPv6, which no connection tracking
     * lets through and no failsafe port opens.
     */
    private void neighbours(List<Need> needs, String node, Cidr local) {
        List<Remote> nodes = family(roles.nodes(), local).stream()
                .filter(remote -> !remote.name().equals(node))
                .toList();
        for (int type : List.of(NEIGHBOUR_SOLICITATION, NEIGHBOUR_ADVERTISEMENT)) {
            String service = "IPv6 neighbour discovery icmpv6/" + type;
            needs.add(new Need(
                    service, true, Need.ICMPV6, type, Optional.of(local), nodes, nodes.isEmpty() ? "anyone" : OTHERS));
            needs.add(new Need(
                    service + " elsewhere",
                    false,
                    Need.ICMPV6,
                    type,
                    Optional.of(local),
                    nodes,
                    nodes.isEmpty() ? "anyone" : ITSELF));
        }
    }

    /** What a node asks of itself goes out and comes in again, and meets the policies of both directions. */
    private static void toItself(List<Need> needs, NodeRoles.Probe probe) {
        List<Remote> itself = List.of(new Remote(probe.address().base().toString(), probe.address()));
        for (boolean inbound : List.of(true, false)) {
            needs.add(new Need(
                    probe.what() + " tcp/" + probe.port() + (inbound ? "" : " from here"),
                    inbound,
                    "tcp",
                    probe.port(),
                    Optional.of(probe.address()),
                    itself,
                    probe.who()));
        }
    }

    private static String kubelet(int port) {
        return "kubelet tcp/" + port;
    }

    private void etcd(List<Need> needs, String node, Cidr local, List<Remote> servers, List<Remote> nodes) {
        List<Remote> members = only(nodes, roles.etcds());
        if (roles.etcds().contains(node)) {
            from(needs, "etcd tcp/2379", "tcp", 2379, local, servers, "the API server");
            from(needs, "etcd tcp/2380", "tcp", 2380, local, members, "the other members of etcd");
            to(needs, "etcd tcp/2380", "tcp", 2380, local, members);
        }
        if (roles.runsApiServer(local)) {
            to(needs, "etcd tcp/2379", "tcp", 2379, local, members);
        }
        for (NodeRoles.Reached etcd : roles.calicoEtcd()) {
            String service = "etcd of Calico tcp/" + etcd.port();
            to(needs, service, "tcp", etcd.port(), local, family(etcd.addresses(), local));
            if (etcd.addresses().stream().anyMatch(remote -> remote.address().equals(local))) {
                from(needs, service, "tcp", etcd.port(), local, nodes, OTHERS);
            }
        }
    }

    private void mesh(List<Need> needs, String node, Cidr local) {
        for (BgpSessions.Session session : bgp.of(node)) {
            List<Remote> peers = family(session.peers(), local);
            from(needs, "BGP tcp/" + bgp.port(node), "tcp", bgp.port(node), local, peers, session.who());
            to(needs, "BGP tcp/" + session.port(), "tcp", session.port(), local, peers);
        }
        List<Remote> nodes = family(roles.networkNodes(), local);
        network.overlays().stream()
                .filter(overlay -> overlay.v6() == local.v6() && network.takesPart(node, overlay))
                .forEach(overlay -> both(
                        needs,
                        overlay.service(),
                        overlay.protocol(),
                        overlay.port(),
                        local,
                        part(nodes, overlay, remote -> network.takesPart(remote.name(), overlay))));
    }

    private static void both(
            List<Need> needs, String service, String protocol, int port, Cidr local, List<Remote> nodes) {
        from(needs, service, protocol, port, local, nodes, OTHERS);
        to(needs, service, protocol, port, local, nodes);
    }

    private static void from(
            List<Need> needs, String service, String protocol, int port, Cidr local, List<Remote> remotes, String who) {
        if (!remotes.isEmpty()) {
            needs.add(new Need(service, true, protocol, port, Optional.of(local), remotes, who));
        }
    }

    private static void to(
            List<Need> needs, String service, String protocol, int port, Cidr local, List<Remote> remotes) {
        if (!remotes.isEmpty()) {
            needs.add(new Need(service + " elsewhere", false, protocol, port, Optional.of(local), remotes, ITSELF));
        }
    }

    /** Those of the same family; the same list each time, for what lists have in common is found out once. */
    private List<Remote> family(List<Remote> remotes, Cidr local) {
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
