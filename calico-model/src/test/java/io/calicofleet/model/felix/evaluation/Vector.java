package io.calicofleet.model.felix.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.address.Address;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.object.Entity.Service;
import io.calicofleet.model.felix.object.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is in a cluster, and what a Felix on node1 did with first packets there, by iptables-legacy unless another is said: node1 has 10.10.0.1, 10.20.0.1 and fd10::1 on
 * eth0, node2 10.10.0.3, IPv6 is on, nothing wraps packets unless a FelixConfiguration says so, and Kubernetes has no services.
 */
record Vector(
        String name,
        CalicoVersion version,
        Map<String, String> environment,
        Resources resources,
        boolean crashes,
        List<Packet> packets) {

    private static final String NODE = "node1";
    private static final String INTERFACE = "eth0";
    private static final List<Cidr> ADDRESSES = Stream.of("10.10.0.1", "10.20.0.1", "fd10::1")
            .map(text -> Cidr.read(text).orElseThrow())
            .toList();
    private static final Set<Cidr> HOSTS = Stream.of("10.10.0.1", "10.10.0.3")
            .map(text -> Cidr.read(text).orElseThrow())
            .collect(Collectors.toSet());
    private static final Services NO_SERVICES = new Services() {
        @Override
        public Match has(Service service, Address address) {
            return Match.NO;
        }

        @Override
        public Match has(Service service, Address address, int protocol, int port) {
            return Match.NO;
        }
    };

    record Packet(Flow flow, boolean accepted) {}

    /** One that lists its objects by kind; a packet is direction, protocol, port, source port, remote address, verdict. */
    static Vector byKind(JsonNode scenario) {
        List<Packet> packets = new ArrayList<>();
        for (JsonNode packet : scenario.path("packets")) {
            Cidr remote = Cidr.read(packet.get(4).asText()).orElseThrow();
            packets.add(packet(
                    packet.get(0).asText(),
                    packet.get(1).asText(),
                    remote.v6() ? ADDRESSES.get(2) : ADDRESSES.getFirst(),
                    remote,
                    packet.get(2).asInt(),
                    packet.get(3).asInt(),
                    packet.get(5).asText()));
        }
        return new Vector(
                scenario.path("name").asText(),
                CalicoVersion.parse(scenario.path("version").asText()),
                Map.of("FELIX_IPTABLESBACKEND", scenario.path("iptables").asText("legacy")),
                new Resources(
                        list(scenario, "hostEndpoints"),
                        list(scenario, "policies"),
                        list(scenario, "tiers"),
                        list(scenario, "networkSets"),
                        list(scenario, "profiles"),
                        list(scenario, "felixConfigurations")),
                scenario.has("unprogrammable"),
                packets);
    }

    /** One with all objects in a list; a packet is direction, protocol, source, destination, port, source port, verdict. */
    static Vector ofObjects(JsonNode scenario) {
        List<Packet> packets = new ArrayList<>();
        for (JsonNode packet : scenario.path("packets")) {
            boolean inbound = packet.get(0).asText().equals("in");
            Cidr source = Cidr.read(packet.get(2).asText()).orElseThrow();
            Cidr destination = Cidr.read(packet.get(3).asText()).orElseThrow();
            packets.add(packet(
                    packet.get(0).asText(),
                    packet.get(1).asText(),
                    inbound ? destination : source,
                    inbound ? source : destination,
                    packet.get(1).asText().startsWith("icmp")
                            ? packet.get(5).asInt()
                            : packet.get(4).asInt(),
                    packet.get(5).asInt(),
                    packet.get(6).asText()));
        }
        return new Vector(
                scenario.path("id").asText(),
                CalicoVersion.parse(scenario.path("version").asText()),
                Map.of("FELIX_IPTABLESBACKEND", scenario.path("iptables").asText("legacy")),
                new Resources(
                        ofKind(scenario, "HostEndpoint"),
                        ofKind(scenario, "GlobalNetworkPolicy", "NetworkPolicy"),
                        ofKind(scenario, "Tier"),
                        ofKind(scenario, "GlobalNetworkSet", "NetworkSet"),
                        ofKind(scenario, "Profile"),
                        ofKind(scenario, "FelixConfiguration")),
                scenario.path("crash").asBoolean(),
                packets);
    }

    private static List<JsonNode> list(JsonNode scenario, String field) {
        return Json.elements(scenario.get(field)).toList();
    }

    private static List<JsonNode> ofKind(JsonNode scenario, String... kinds) {
        return list(scenario, "objects").stream()
                .filter(object -> List.of(kinds).contains(object.path("kind").asText()))
                .toList();
    }

    private static Packet packet(
            String direction, String protocol, Cidr local, Cidr remote, int port, int clientPort, String verdict) {
        boolean inbound = direction.equals("in");
        boolean icmp = protocol.startsWith("icmp");
        int echo = local.v6() ? 128 : 8;
        Flow flow = icmp
                ? Flow.ofIcmp(inbound, port < 0 ? echo : port, local, Optional.of(remote))
                : new Flow(
                        inbound,
                        Protocol.of(protocol).number(),
                        port,
                        clientPort,
                        Flow.NONE,
                        Optional.of(local),
                        Optional.of(remote));
        return new Packet(flow, verdict.equalsIgnoreCase("accept"));
    }

    /** Where the model says something else; none: it agrees to the last packet. */
    List<String> disagreements() {
        Felix felix = new Felix(
                version, resources, new Surroundings(environment, Pools.of(List.of()), HOSTS, NO_SERVICES, false));
        List<Felix.Crash> crashing = felix.crashes(NODE);
        if (crashes != !crashing.isEmpty()) {
            return List.of(name + ": Felix " + (crashes ? "crashes" : "lives") + ", said was " + crashing);
        }
        Optional<Endpoint> endpoint = felix.forInterface(NODE, INTERFACE, ADDRESSES);
        List<String> wrong = new ArrayList<>();
        for (Packet packet : packets) {
            Verdict verdict = felix.judge(NODE, INTERFACE, endpoint, packet.flow());
            if (!verdict.sure() || verdict.open() != packet.accepted()) {
                wrong.add(name + ": " + packet.flow() + " was " + (packet.accepted() ? "accepted" : "dropped")
                        + ", said was " + verdict);
            }
        }
        return wrong;
    }
}
