package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What Felix lets through on every host endpoint before any policy (facts 5). Its environment wins over the
 * FelixConfiguration of the node, that over the default one; where none has a list, it is that of the version.
 */
final class FailsafePorts {

    private static final List<String> INBOUND =
            List.of("tcp:22", "udp:68", "tcp:179", "tcp:2379", "tcp:2380", "tcp:6666", "tcp:6667");
    private static final List<String> OUTBOUND =
            List.of("udp:53", "udp:67", "tcp:179", "tcp:2379", "tcp:2380", "tcp:6666", "tcp:6667");

    /** A port, for some network or for anyone. */
    private record Port(String protocol, int port, Optional<Net> net) {

        Match match(Flow flow) {
            if (!protocol.equals(flow.protocol()) || port != flow.port()) {
                return Match.NO;
            }
            return net.map(only -> only.bits() == 0
                            ? Match.YES
                            : flow.remote()
                                    .map(remote -> Match.of(only.contains(remote)))
                                    .orElse(Match.MAYBE))
                    .orElse(Match.YES);
        }
    }

    private final Map<String, JsonNode> configurations;
    private final Map<String, String> environment;
    private final CalicoVersion version;

    /**
     * The ports of a cluster.
     *
     * @param configurations the specs of the FelixConfigurations, by name
     * @param environment that of calico-node
     * @param version the release that runs
     */
    FailsafePorts(Map<String, JsonNode> configurations, Map<String, String> environment, CalicoVersion version) {
        this.configurations = Map.copyOf(configurations);
        this.environment = Map.copyOf(environment);
        this.version = version;
    }

    Match contains(String node, Flow flow) {
        return ports(node, flow.inbound()).stream()
                .map(port -> port.match(flow))
                .reduce(Match.NO, Match::or);
    }

    /** What tells one remote address from another here, on any node. */
    String trait(boolean inbound, Net remote) {
        StringBuilder trait = new StringBuilder();
        Stream.concat(Stream.of(""), configurations.keySet().stream().sorted())
                .flatMap(name -> ports(name.startsWith("node.") ? name.substring(5) : "", inbound).stream())
                .forEach(port -> port.net().ifPresent(net -> trait.append(net.contains(remote) ? 'y' : 'n')));
        return trait.toString();
    }

    boolean isConfigured(String node) {
        return configurations.containsKey("node." + node);
    }

    private List<Port> ports(String node, boolean inbound) {
        String variable =
                environment.get(inbound ? "FELIX_FAILSAFEINBOUNDHOSTPORTS" : "FELIX_FAILSAFEOUTBOUNDHOSTPORTS");
        if (variable != null && !variable.isBlank()) {
            return variable.strip().equalsIgnoreCase("none") ? List.of() : parse(List.of(variable.split(",", -1)));
        }
        String field = inbound ? "failsafeInboundHostPorts" : "failsafeOutboundHostPorts";
        for (String name : List.of("node." + node, "default")) {
            JsonNode list = Json.get(configurations.get(name), field);
            if (list != null && list.isArray()) {
                return Json.elements(list)
                        .map(port -> new Port(
                                Protocols.name(
                                        Json.text(port, "protocol").isEmpty() ? "tcp" : Json.text(port, "protocol")),
                                port.path("port").asInt(),
                                Net.parse(Json.text(port, "net"))))
                        .toList();
            }
        }
        List<String> defaults = new ArrayList<>(inbound ? INBOUND : OUTBOUND);
        if (!version.isBefore(3, 14)) {
            defaults.add("tcp:6443");
        }
        if (!version.isBefore(3, 15)) {
            defaults.add("tcp:5473");
        }
        return parse(defaults);
    }

    /** {@code tcp:22}, {@code tcp:10.0.0.0/8:22}; a bare number is of TCP. */
    private static List<Port> parse(List<String> texts) {
        List<Port> ports = new ArrayList<>();
        for (String text : texts) {
            String[] ends = text.strip().split(":", 2);
            String rest = ends[ends.length - 1];
            int last = rest.lastIndexOf(':');
            try {
                ports.add(new Port(
                        ends.length == 1 ? "tcp" : Protocols.name(ends[0]),
                        Integer.parseInt(rest.substring(last + 1)),
                        last < 0
                                ? Optional.empty()
                                : Net.parse(rest.substring(0, last).replaceAll("[\\[\\]]", ""))));
            } catch (NumberFormatException e) {
                // Felix does not take it either.
            }
        }
        return ports;
    }
}
