package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.Json;
import io.calicofleet.executor.core.lockout.Need.Remote;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the nodes of a cluster talk to each other: BGP, overlays, encryption. */
public final class NetworkSetup {

    private final Map<String, String> environment;
    private final Map<String, Integer> udp = new LinkedHashMap<>();
    private final Map<String, List<Remote>> peersOfNode = new LinkedHashMap<>();
    private final List<Remote> peersOfAll = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final boolean bgpMesh;
    private final boolean ipip;
    private int bgpPort = 179;

    /**
     * How the nodes talk.
     *
     * @param environment that of calico-node
     * @param ipPools all IPPools
     * @param felixConfigurations all FelixConfigurations
     * @param bgp all BGPConfigurations and BGPPeers
     * @param flannel net-conf.json of canal; empty where there is no flannel
     */
    public NetworkSetup(
            Map<String, String> environment,
            Collection<? extends JsonNode> ipPools,
            Collection<? extends JsonNode> felixConfigurations,
            Collection<? extends JsonNode> bgp,
            JsonNode flannel) {
        this.environment = Map.copyOf(environment);
        String backend = environment.getOrDefault("CALICO_NETWORKING_BACKEND", "");
        boolean bird = backend.isEmpty() ? !environment.isEmpty() : backend.equals("bird");
        JsonNode felix = named(felixConfigurations, "default").path("spec");
        boolean vxlanPools = ipPools.stream().anyMatch(pool -> isOn(pool, "vxlanMode"));
        this.ipip = bird && ipPools.stream().anyMatch(pool -> isOn(pool, "ipipMode"));
        if ((vxlanPools && !backend.equals("none")) || backend.equals("vxlan")) {
            udp.put("VXLAN", number("FELIX_VXLANPORT", felix.path("vxlanPort").asInt(4789)));
        }
        if (!flannel.isMissingNode()
                && flannel.at("/Backend/Type").asText("vxlan").equals("vxlan")) {
            udp.put("VXLAN of flannel", flannel.at("/Backend/Port").asInt(8472));
        }
        if (flag("FELIX_WIREGUARDENABLED", felix.path("wireguardEnabled").asBoolean())) {
            udp.put(
                    "WireGuard",
                    number(
                            "FELIX_WIREGUARDLISTENINGPORT",
                            felix.path("wireguardListeningPort").asInt(51820)));
        }
        if (flag("FELIX_WIREGUARDENABLEDV6", felix.path("wireguardEnabledV6").asBoolean())) {
            udp.put(
                    "WireGuard of IPv6",
                    number(
                            "FELIX_WIREGUARDLISTENINGPORTV6",
                            felix.path("wireguardListeningPortV6").asInt(51821)));
        }
        JsonNode settings = named(bgp, "default").path("spec");
        this.bgpMesh = bird && settings.path("nodeToNodeMeshEnabled").asBoolean(true);
        this.bgpPort = settings.path("listenPort").asInt(bgpPort);
        if (bird) {
            bgp.stream()
                    .filter(object -> Json.text(object, "kind").equals("BGPPeer"))
                    .forEach(this::peer);
        }
    }

    Map<String, String> environment() {
        return environment;
    }

    boolean bgpMesh() {
        return bgpMesh;
    }

    int bgpPort() {
        return bgpPort;
    }

    /** Peers given by their address. */
    List<Remote> bgpPeers(String node) {
        List<Remote> own = peersOfNode.get(node);
        return own == null ? peersOfAll : own;
    }

    /** What goes over UDP between all nodes, with its port. */
    Map<String, Integer> udp() {
        return udp;
    }

    boolean ipip() {
        return ipip;
    }

    List<String> notes() {
        return notes;
    }

    private void peer(JsonNode peer) {
        JsonNode spec = peer.path("spec");
        String name = peer.at("/metadata/name").asText();
        String node = Json.text(spec, "node");
        var address = Net.ofServer(Json.text(spec, "peerIP"));
        if (address.isEmpty() || !Json.text(spec, "nodeSelector").isEmpty()) {
            notes.add("BGPPeer " + name + " goes by a selector: whether it would be cut is not looked at");
        } else if (node.isEmpty()) {
            peersOfAll.add(new Remote("BGPPeer " + name, address.get()));
        } else {
            peersOfNode
                    .computeIfAbsent(node, key -> new ArrayList<>())
                    .add(new Remote("BGPPeer " + name, address.get()));
        }
    }

    private int number(String variable, int otherwise) {
        String text = environment.getOrDefault(variable, "");
        return text.matches("\\d{1,5}") ? Integer.parseInt(text) : otherwise;
    }

    private boolean flag(String variable, boolean otherwise) {
        String text = environment.getOrDefault(variable, "");
        return text.isEmpty() ? otherwise : text.equalsIgnoreCase("true") || text.equals("1");
    }

    private static boolean isOn(JsonNode pool, String mode) {
        String value = Json.text(pool.get("spec"), mode);
        return !value.isEmpty() && !value.equals("Never"); // a disabled pool only gives out no more addresses
    }

    private static JsonNode named(Collection<? extends JsonNode> objects, String name) {
        return objects.stream()
                .filter(object -> object.at("/metadata/name").asText().equals(name))
                .findFirst()
                .<JsonNode>map(object -> object)
                .orElse(Json.object());
    }
}
