package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.felix.evaluation.Encapsulation;
import io.calicofleet.model.felix.evaluation.FelixSettings;
import io.calicofleet.model.felix.evaluation.Flow;
import io.calicofleet.model.felix.evaluation.Pools;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** How the nodes of a cluster talk to each other: BGP, overlays, encryption. */
public final class NetworkSetup {

    /** Where flannel's backends that wrap packets listen by default; without a backend it takes udp (flannel, backends.md). */
    private static final Map<String, Integer> FLANNEL = Map.of("vxlan", 8472, "udp", 8285);

    private static final String UDP = "udp";

    /**
     * Packets that nodes wrap for each other.
     *
     * @param service what it is, such as VXLAN udp/4789
     * @param protocol udp or the number of a protocol
     * @param port where nodes listen; {@link Flow#NONE} where the protocol has none
     * @param v6 between their addresses of IPv6, or of IPv4
     * @param some only some nodes do, as with WireGuard
     */
    record Overlay(String service, String protocol, int port, boolean v6, boolean some) {}

    private final Map<String, String> environment;
    private final FelixSettings felix;
    private final Pools pools;
    private final Collection<? extends JsonNode> bgp;
    private final boolean bird;
    private final List<Overlay> overlays = new ArrayList<>();

    /**
     * How the nodes talk.
     *
     * @param environment that of calico-node
     * @param ipPools all IPPools
     * @param felixConfigurations all FelixConfigurations
     * @param bgp all BGPConfigurations and BGPPeers
     * @param flannel net-conf.json of canal; empty where it cannot be read: then as canal's manifest has it; missing where
     *     there is no flannel
     */
    public NetworkSetup(
            Map<String, String> environment,
            Collection<? extends JsonNode> ipPools,
            Collection<? extends JsonNode> felixConfigurations,
            Collection<? extends JsonNode> bgp,
            JsonNode flannel) {
        this.environment = Map.copyOf(environment);
        this.felix = new FelixSettings(felixConfigurations, environment);
        this.pools = Pools.of(ipPools);
        this.bgp = List.copyOf(bgp);
        String backend = environment.getOrDefault("CALICO_NETWORKING_BACKEND", "");
        this.bird = backend.isEmpty() ? !environment.isEmpty() : backend.equals("bird");
        if (bird && pools.ipip()) {
            overlays.add(new Overlay("IPIP protocol 4", String.valueOf(Encapsulation.IPIP), Flow.NONE, false, false));
        }
        int port = Encapsulation.vxlanPort(felix, "");
        for (boolean v6 : List.of(false, true)) {
            boolean only = backend.equals("vxlan") && !v6 && !pools.vxlanV6();
            if ((pools.vxlan(v6) && !backend.equals("none")) || only) {
                overlays.add(new Overlay("VXLAN udp/" + port, UDP, port, v6, false));
            }
        }
        if (!flannel.isMissingNode()) {
            ofFlannel(flannel);
        }
        for (boolean v6 : List.of(false, true)) {
            int listens = Encapsulation.wireGuardPort(felix, "", v6);
            overlays.add(new Overlay("WireGuard" + (v6 ? " of IPv6" : "") + " udp/" + listens, UDP, listens, v6, true));
        }
    }

    private void ofFlannel(JsonNode configuration) {
        String backend = configuration.isEmpty()
                ? "vxlan"
                : configuration.at("/Backend/Type").asText("udp");
        Integer standard = FLANNEL.get(backend);
        if (standard == null) {
            return;
        }
        int port = configuration.at("/Backend/Port").asInt(standard);
        String service = (backend.equals(UDP) ? "packets" : "VXLAN") + " of flannel udp/" + port;
        overlays.add(new Overlay(service, UDP, port, false, false));
        if (configuration.path("EnableIPv6").asBoolean()) {
            overlays.add(new Overlay(service, UDP, port, true, false));
        }
    }

    Map<String, String> environment() {
        return environment;
    }

    Pools pools() {
        return pools;
    }

    /** The BGP sessions of these nodes; none where BIRD does not run. */
    BgpSessions bgp(List<CalicoHost> hosts) {
        return bird ? new BgpSessions(hosts, bgp) : BgpSessions.NONE;
    }

    /** What nodes wrap packets into, each for a family. */
    List<Overlay> overlays() {
        return overlays;
    }

    /** Whether a node takes part in an overlay. */
    boolean takesPart(String node, Overlay overlay) {
        return !overlay.some() || Encapsulation.wireGuard(felix, node, overlay.v6());
    }

    /**
     * The nodes that speak BGP with no other node and no router, by their names for Calico, sorted.
     *
     * @param nodes Calico's nodes
     * @param bgp all BGPConfigurations and BGPPeers
     */
    public static List<String> withoutPeers(Collection<? extends JsonNode> nodes, Collection<? extends JsonNode> bgp) {
        List<CalicoHost> hosts = nodes.stream()
                .map(node -> CalicoHost.of(node, node.at("/metadata/name").asText(), List.of()))
                .toList();
        BgpSessions sessions = new BgpSessions(hosts, bgp);
        return hosts.stream()
                .map(CalicoHost::node)
                .filter(node -> hosts.size() > 1
                        && sessions.of(node).stream()
                                .flatMap(session -> session.peers().stream())
                                .allMatch(peer -> peer.name().equals(node)))
                .sorted()
                .toList();
    }
}
