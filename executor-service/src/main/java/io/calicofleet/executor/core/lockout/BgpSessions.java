package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.lockout.Need.Remote;
import io.calicofleet.model.Json;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.selector.Selector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who speaks BGP with whom, as confd works it out for BIRD (confd/pkg/backends/calico/client.go, updatePeersV1, and
 * bird.cfg.template): all nodes that are no route reflectors with each other, unless the mesh is off; and for each BGPPeer
 * the nodes it selects with its address or with the nodes its peerSelector selects, in both directions.
 */
final class BgpSessions {

    private static final int BGP = 179;
    private static final String OTHERS = "the other nodes";
    private static final String PEERS = "its BGP peers";

    /**
     * Sessions of a node with peers that listen on the same port.
     *
     * @param peers the peers, the node itself perhaps among them
     * @param port where they listen
     * @param who the same for people
     */
    record Session(List<Remote> peers, int port, String who) {
        Session {
            peers = List.copyOf(peers);
        }
    }

    /** Nobody speaks BGP. */
    static final BgpSessions NONE = new BgpSessions(List.of(), List.of());

    private final List<CalicoHost> hosts;
    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<String, Integer> portsByNode = new HashMap<>();
    private final Map<String, List<Session>> sessions = new HashMap<>();
    private final List<String> notes = new ArrayList<>();
    private int port = BGP;
    private boolean mesh = true;

    /**
     * The sessions of a cluster.
     *
     * @param objects all BGPConfigurations and BGPPeers
     */
    BgpSessions(List<CalicoHost> hosts, Collection<? extends JsonNode> objects) {
        this.hosts = List.copyOf(hosts);
        objects.stream().filter(object -> !isPeer(object)).forEach(this::configuration);
        hosts.forEach(host -> portsByNode.put(host.node(), port(host)));
        if (mesh) {
            List<CalicoHost> members =
                    hosts.stream().filter(host -> host.cluster().isEmpty()).toList();
            List<Session> all = sessions(members, OTHERS);
            members.forEach(member -> add(member.node(), all));
        }
        objects.stream().filter(BgpSessions::isPeer).forEach(this::peer);
    }

    List<Session> of(String node) {
        return sessions.getOrDefault(node, List.of());
    }

    /** Where a node listens. */
    int port(String node) {
        return portsByNode.getOrDefault(node, port);
    }

    private int port(CalicoHost host) {
        return ports.getOrDefault(host.name(), port);
    }

    List<String> notes() {
        return notes;
    }

    private void configuration(JsonNode object) {
        JsonNode spec = object.path("spec");
        String name = object.at("/metadata/name").asText();
        int listens = spec.path("listenPort").asInt();
        if (name.equals("default")) {
            port = listens > 0 ? listens : BGP;
            mesh = spec.path("nodeToNodeMeshEnabled").asBoolean(true);
        } else if (name.startsWith("node.") && listens > 0) {
            ports.put(name.substring("node.".length()), listens);
        }
    }

    private void peer(JsonNode object) {
        JsonNode spec = object.path("spec");
        String name = "BGPPeer " + object.at("/metadata/name").asText();
        if (!Json.text(spec, "localWorkloadSelector").isEmpty()) {
            notes.add(name + " is about workloads: whether they would be cut is not looked at");
            return;
        }
        String one = Json.text(spec, "node");
        String selector = Json.text(spec, "nodeSelector");
        String peers = Json.text(spec, "peerSelector");
        List<CalicoHost> selected;
        List<CalicoHost> others;
        Optional<Server> given = Server.parse(Json.text(spec, "peerIP"), 0);
        Optional<Cidr> address = given.flatMap(server -> Cidr.read(server.host()));
        try {
            selected = selector.isEmpty() && !one.isEmpty()
                    ? hosts.stream().filter(host -> host.name().equals(one)).toList()
                    : selecting(selector);
            others = peers.isEmpty() ? at(address) : selecting(peers);
        } catch (IllegalArgumentException e) {
            notes.add(name + " has a selector that cannot be read, so whether its sessions would be cut is not known: "
                    + e.getMessage());
            return;
        }
        if (peers.isEmpty() && address.isEmpty()) {
            notes.add(name + " has neither the address of a peer nor a selector of peers: it is not looked at");
            return;
        }
        List<Session> forward = others.isEmpty() && address.isPresent()
                ? List.of(new Session(List.of(new Remote(name, address.get())), portOf(given.get(), BGP), PEERS))
                : sessions(others, PEERS);
        selected.forEach(host -> add(host.node(), forward));
        if (!Json.text(spec, "reversePeering").equals("Manual")) {
            List<Session> backward = sessions(selected, PEERS);
            others.forEach(host -> add(host.node(), backward));
        }
    }

    private static int portOf(Server server, int otherwise) {
        return server.port() > 0 ? server.port() : otherwise;
    }

    private List<CalicoHost> selecting(String selector) {
        Selector parsed = Selector.parse(selector);
        return hosts.stream().filter(host -> parsed.matches(host.labels())).toList();
    }

    private List<CalicoHost> at(Optional<Cidr> address) {
        return hosts.stream()
                .filter(host -> address.filter(host.addresses()::contains).isPresent())
                .toList();
    }

    /** Sessions with these nodes; one for each port they listen on. */
    private List<Session> sessions(List<CalicoHost> peers, String who) {
        Map<Integer, List<Remote>> byPort = new LinkedHashMap<>();
        peers.forEach(peer ->
                byPort.computeIfAbsent(port(peer), any -> new ArrayList<>()).addAll(peer.remotes()));
        return byPort.entrySet().stream()
                .map(entry -> new Session(entry.getValue(), entry.getKey(), who))
                .toList();
    }

    private void add(String node, List<Session> more) {
        sessions.computeIfAbsent(node, any -> new ArrayList<>()).addAll(more);
    }

    private static boolean isPeer(JsonNode object) {
        return Json.text(object, "kind").equals("BGPPeer");
    }
}
