package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Felix' tables, run packet by packet: marks, chains and drops as Felix renders them, for host endpoints of all interfaces
 * and IPv4. Written from Felix' sources alone, and with nothing of what it checks: not its order, its matching, its networks
 * or its selectors.
 */
final class FelixTables {

    /** The selectors that random policies use; each with what it means. */
    static final Map<String, Predicate<Map<String, String>>> SELECTORS = Map.of(
            "all()", labels -> true,
            "role == 'node'", labels -> "node".equals(labels.get("role")),
            "has(odd)", labels -> labels.containsKey("odd"),
            "!has(odd)", labels -> !labels.containsKey("odd"),
            "zone in {'a', 'b'}", labels -> Set.of("a", "b").contains(labels.getOrDefault("zone", "")),
            "set == 'office'", labels -> "office".equals(labels.get("set")));

    /** A first packet; addresses as numbers. */
    record Packet(boolean in, int protocol, long source, long destination, int sourcePort, int port) {

        long local() {
            return in ? destination : source;
        }

        long remote() {
            return in ? source : destination;
        }
    }

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int IPIP = 4;

    private enum Mark {
        NONE,
        ACCEPT,
        PASS,
        DROP
    }

    private final CalicoState state;
    private final int minor;
    private final boolean openToOtherVersion;
    private final Map<String, JsonNode> specs = new TreeMap<>();
    private final boolean ipipPool;

    FelixTables(CalicoState state, boolean ipipPool) {
        this.state = state;
        this.minor = state.version().minor();
        this.openToOtherVersion = state.version().compareTo(CalicoVersion.of(3, 27, 1)) < 0;
        this.ipipPool = ipipPool;
        state.felixConfigurations()
                .forEach(object -> specs.put(object.at("/metadata/name").asText(), object.path("spec")));
    }

    /** Whether the packet gets through on the node of this host endpoint. */
    boolean accepts(ObjectNode endpoint, Packet packet) {
        boolean bpf = flag("bpfEnabled", false);
        if (bpf && minor < 18) {
            return true;
        }
        if (bpf && isHost(packet.remote()) && isEncapsulated(packet, true)) {
            return true;
        }
        // mangle PREROUTING
        Mark mark = packet.in() ? endpointChain(endpoint, packet, "preDNAT") : Mark.NONE;
        if (mark == Mark.DROP) {
            return false;
        }
        // filter INPUT and OUTPUT
        if (mark == Mark.ACCEPT || isEncapsulated(packet, false)) {
            return true;
        }
        return minor < 14 || endpointChain(endpoint, packet, "normal") == Mark.ACCEPT;
    }

    private boolean isEncapsulated(Packet packet, boolean bpf) {
        boolean host = isHost(packet.remote());
        boolean wireGuard =
                packet.protocol() == UDP && packet.port() == 51820 && minor >= 24 && flag("wireguardEnabled", false);
        if (packet.protocol() == IPIP) {
            return host && (bpf || flag("ipipEnabled", minor >= 23 && ipipPool));
        }
        return wireGuard
                || (packet.protocol() == UDP
                        && packet.port() == 4789
                        && host
                        && (bpf || (minor >= 7 && flag("vxlanEnabled", minor >= 23 && !ipipPool))));
    }

    private Mark endpointChain(ObjectNode endpoint, Packet packet, String type) {
        if (isFailsafe(packet)) {
            return Mark.ACCEPT;
        }
        for (List<ObjectNode> tier : tiers(type)) {
            boolean jumped = false;
            Mark mark = Mark.NONE;
            for (ObjectNode policy : tier) {
                if (!governs(policy, packet) || !selects(policy.path("spec"), endpoint)) {
                    continue;
                }
                jumped = true;
                mark = chain(policy.path("spec").path(packet.in() ? "ingress" : "egress"), packet);
                if (mark != Mark.NONE) {
                    break;
                }
            }
            if (mark == Mark.ACCEPT || mark == Mark.DROP) {
                return mark;
            }
            boolean passes =
                    type.equals("preDNAT") || defaultAction(tier.getFirst()).equals("Pass");
            if (jumped && mark == Mark.NONE && !passes) {
                return Mark.DROP;
            }
        }
        if (!type.equals("normal")) {
            return Mark.NONE;
        }
        for (JsonNode name : endpoint.at("/spec/profiles")) {
            Mark mark = profile(name.asText(), packet);
            if (mark == Mark.ACCEPT || mark == Mark.DROP) {
                return mark;
            }
        }
        return Mark.DROP;
    }

    private Mark profile(String name, Packet packet) {
        if (name.equals("projectcalico-default-allow")) {
            return Mark.ACCEPT;
        }
        return state.profiles().stream()
                .filter(profile -> profile.at("/metadata/name").asText().equals(name))
                .findFirst()
                .map(profile -> chain(profile.path("spec").path(packet.in() ? "ingress" : "egress"), packet))
                .orElse(Mark.NONE);
    }

    private Mark chain(JsonNode rules, Packet packet) {
        for (JsonNode rule : rules) {
            if (!matches(rule, packet)) {
                continue;
            }
            switch (rule.path("action").asText()) {
                case "Allow" -> {
                    return Mark.ACCEPT;
                }
                case "Deny" -> {
                    return Mark.DROP;
                }
                case "Pass" -> {
                    return Mark.PASS;
                }
                default -> {
                    // Log
                }
            }
        }
        return Mark.NONE;
    }

    /** The policies of a type, a list a tier, as Felix sorts them. */
    private List<List<ObjectNode>> tiers(String type) {
        Map<Double, List<ObjectNode>> tiers = new TreeMap<>();
        for (ObjectNode policy : state.policies()) {
            if (minor < 15 && (policy.at("/spec/ingress") + "" + policy.at("/spec/egress")).contains("global()")) {
                continue; // it cannot read that in a rule, and does without the policy
            }
            JsonNode spec = policy.path("spec");
            String own = spec.path("doNotTrack").asBoolean()
                    ? "untracked"
                    : spec.path("preDNAT").asBoolean() ? "preDNAT" : "normal";
            double order = orderOfTier(policy);
            if (own.equals(type)) {
                tiers.computeIfAbsent(order, any -> new ArrayList<>()).add(policy);
            }
        }
        tiers.values()
                .forEach(tier -> tier.sort(Comparator.<ObjectNode>comparingDouble(
                                policy -> policy.at("/spec/order").asDouble(1e9))
                        .thenComparing(policy -> policy.at("/metadata/name").asText())));
        return List.copyOf(tiers.values());
    }

    private String tierOf(ObjectNode policy) {
        return minor < 29 ? "default" : policy.at("/spec/tier").asText("default");
    }

    private double orderOfTier(ObjectNode policy) {
        String tier = tierOf(policy);
        if (tier.equals("default")) {
            return 1_000_000.0;
        }
        return state.tiers().stream()
                .filter(object -> object.at("/metadata/name").asText().equals(tier))
                .map(object -> object.at("/spec/order").asDouble())
                .findFirst()
                .orElse(Double.MAX_VALUE);
    }

    private String defaultAction(ObjectNode policy) {
        String tier = tierOf(policy);
        return minor < 29
                ? "Deny"
                : state.tiers().stream()
                        .filter(object -> object.at("/metadata/name").asText().equals(tier))
                        .map(object -> object.at("/spec/defaultAction").asText("Deny"))
                        .findFirst()
                        .orElse("Deny");
    }

    private static boolean governs(ObjectNode policy, Packet packet) {
        JsonNode types = policy.at("/spec/types");
        return types.isMissingNode() || types.toString().contains(packet.in() ? "Ingress" : "Egress");
    }

    private static boolean selects(JsonNode spec, ObjectNode endpoint) {
        // Beside a selector of namespaces, every all() means to be in one.
        boolean pods = spec.has("namespaceSelector")
                && (spec.path("namespaceSelector").asText()
                                + spec.path("selector").asText())
                        .contains("all()");
        return !pods && SELECTORS.get(spec.path("selector").asText()).test(labels(endpoint));
    }

    private boolean matches(JsonNode rule, Packet packet) {
        int version = rule.path("ipVersion").asInt(4);
        boolean icmp = rule.has("icmp");
        return version == 4
                && !icmp
                && protocol(rule.path("protocol"), packet, true)
                && protocol(rule.path("notProtocol"), packet, false)
                && end(rule.path("source"), packet.source())
                && end(rule.path("destination"), packet.destination())
                && ports(rule.path("source").path("ports"), packet.sourcePort(), packet)
                && !excluded(rule.path("source").path("notPorts"), packet.sourcePort(), packet)
                && ports(rule.path("destination").path("ports"), packet.port(), packet)
                && !excluded(rule.path("destination").path("notPorts"), packet.port(), packet);
    }

    private static boolean protocol(JsonNode named, Packet packet, boolean wanted) {
        if (named.isMissingNode()) {
            return true;
        }
        int number = Map.of("TCP", TCP, "UDP", UDP, "ICMP", 1).getOrDefault(named.asText(), named.asInt());
        return (number == packet.protocol()) == wanted;
    }

    private boolean end(JsonNode entity, long address) {
        JsonNode nets = entity.path("nets");
        JsonNode notNets = entity.path("notNets");
        return (nets.isMissingNode() || anyNet(nets, address))
                // A list without a network of this family takes the rule out of it.
                && (notNets.isMissingNode() || (notNets.toString().contains(".") && !anyNet(notNets, address)))
                && (!entity.has("selector") || someone(entity, entity.path("selector"), address))
                && (!entity.has("notSelector") || !someone(Yamls.EMPTY, entity.path("notSelector"), address))
                && (!entity.has("services") || address == ip("10.0.0.1"));
    }

    private boolean someone(JsonNode entity, JsonNode selector, long address) {
        if (entity.path("namespaceSelector").asText("").equals("all()")) {
            return false;
        }
        Predicate<Map<String, String>> wanted = SELECTORS.get(selector.asText());
        return state.hostEndpoints().stream()
                        .anyMatch(endpoint -> has(endpoint, address) && wanted.test(labels(endpoint)))
                || state.networkSets().stream()
                        .anyMatch(set -> anyNet(set.at("/spec/nets"), address) && wanted.test(labels(set)));
    }

    private boolean ports(JsonNode ports, int port, Packet packet) {
        return ports.isMissingNode() || anyPort(ports, port, packet);
    }

    private boolean excluded(JsonNode ports, int port, Packet packet) {
        return !ports.isMissingNode() && anyPort(ports, port, packet);
    }

    private boolean anyPort(JsonNode ports, int port, Packet packet) {
        for (JsonNode one : ports) {
            String text = one.asText();
            if (text.matches("[a-z].*")) {
                if (state.hostEndpoints().stream()
                        .filter(endpoint -> has(endpoint, packet.destination()))
                        .anyMatch(endpoint -> named(endpoint, text, port))) {
                    return true;
                }
            } else {
                String[] ends = text.split(":", -1);
                if (port >= Integer.parseInt(ends[0]) && port <= Integer.parseInt(ends[ends.length - 1])) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean named(ObjectNode endpoint, String name, int port) {
        for (JsonNode one : endpoint.at("/spec/ports")) {
            if (one.path("name").asText().equals(name) && one.path("port").asInt() == port) {
                return true;
            }
        }
        return false;
    }

    private boolean isFailsafe(Packet packet) {
        String port = (packet.protocol() == TCP ? "tcp:" : "udp:") + packet.port();
        JsonNode set = specs.getOrDefault("default", Yamls.EMPTY)
                .path(packet.in() ? "failsafeInboundHostPorts" : "failsafeOutboundHostPorts");
        boolean wireGuard = minor >= 15 && minor < 24 && flag("wireguardEnabled", false) && port.equals("udp:51820");
        if (packet.protocol() != TCP && packet.protocol() != UDP) {
            return false;
        }
        if (set.isMissingNode()) {
            List<String> all = new ArrayList<>(List.of("tcp:179", "tcp:2379", "tcp:2380", "tcp:6666", "tcp:6667"));
            all.addAll(packet.in() ? List.of("tcp:22", "udp:68") : List.of("udp:53", "udp:67"));
            all.addAll(minor >= 14 ? List.of("tcp:6443") : List.of());
            all.addAll(minor >= 15 ? List.of("tcp:5473") : List.of());
            return wireGuard || all.contains(port);
        }
        for (JsonNode one : set) {
            boolean same = port.equals(one.path("protocol").asText().toLowerCase(java.util.Locale.ROOT) + ":"
                    + one.path("port").asInt());
            if (same
                    && (!one.has("net")
                            || minor < 19
                            || (one.path("net").asText().contains(":")
                                    ? openToOtherVersion
                                    : inNet(one.path("net").asText(), packet.remote())))) {
                return true;
            }
        }
        return wireGuard;
    }

    private boolean flag(String field, boolean otherwise) {
        return specs.getOrDefault("default", Yamls.EMPTY).path(field).asBoolean(otherwise);
    }

    private static boolean isHost(long address) {
        return address >= ip("10.0.0.1") && address <= ip("10.0.0.3");
    }

    private static boolean has(ObjectNode endpoint, long address) {
        return anyNet(endpoint.at("/spec/expectedIPs"), address);
    }

    private static Map<String, String> labels(ObjectNode object) {
        Map<String, String> labels = new TreeMap<>();
        object.at("/metadata/labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }

    private static boolean anyNet(JsonNode nets, long address) {
        for (JsonNode net : nets) {
            if (inNet(net.asText(), address)) {
                return true;
            }
        }
        return false;
    }

    private static boolean inNet(String net, long address) {
        if (net.contains(":")) {
            return false;
        }
        String[] parts = net.split("/", -1);
        int free = parts.length == 1 ? 0 : 32 - Integer.parseInt(parts[1]);
        return address >> free == ip(parts[0]) >> free;
    }

    /** An address of IPv4 as a number. */
    static long ip(String text) {
        long number = 0;
        for (String part : text.split("\\.", -1)) {
            number = number * 256 + Long.parseLong(part);
        }
        return number;
    }

    /** What is there instead of what is not. */
    private static final class Yamls {
        static final ObjectNode EMPTY = io.calicofleet.executor.core.Yaml.object("{}");
    }
}
