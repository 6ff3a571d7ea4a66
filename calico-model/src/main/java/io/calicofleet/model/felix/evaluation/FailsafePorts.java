package io.calicofleet.model.felix.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailsafeObservation;
import io.calicofleet.event.FailsafePort;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.Json;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.object.Protocol;
import io.calicofleet.model.release.FailsafeDefaults;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What Felix lets through on every host endpoint before any policy. Its environment wins over the
 * FelixConfiguration of the node, that over those with a selector of nodes, which there are from v3.32 on, that over the
 * default one; where none has a list, it is that of the version. An empty list is a list. A configuration file on the
 * node, which would win over all but the environment, is not seen.
 *
 * <p>Which nodes a selector selects is not looked at: its list may be that of any node without one of its own.
 */
public final class FailsafePorts {

    private static final String OF_NODE = "node.";
    private static final String DEFAULT = "default";
    private static final Comparator<FailsafePort> ORDER = Comparator.comparing(FailsafePort::protocol)
            .thenComparingInt(FailsafePort::port)
            .thenComparing(FailsafePort::net);

    /** A port, for some network or for anyone. */
    private record Port(FailsafePort port, Optional<Cidr> net) {

        static Stream<Port> of(FailsafePort port) {
            Optional<Cidr> net = Cidr.read(port.net());
            // Felix leaves out what it cannot read.
            return port.net().isEmpty() || net.isPresent() ? Stream.of(new Port(port, net)) : Stream.of();
        }

        Match match(Flow flow) {
            if (!isOf(flow)) {
                return Match.NO;
            }
            return net.map(only -> match(only, flow)).orElse(Match.YES);
        }

        /** To the other version of IP a port with a network is open as if it had none (felix/rules/static.go). */
        private static Match match(Cidr only, Flow flow) {
            if (flow.hasFamily() && only.v6() != flow.isV6()) {
                return Match.YES;
            }
            return flow.remote()
                    .map(remote -> Match.of(only.contains(remote)))
                    .orElse(only.isAny() ? Match.YES : Match.MAYBE);
        }

        boolean isOf(Flow flow) {
            return Protocol.of(port.protocol()).number() == flow.protocol() && port.port() == flow.port();
        }

        boolean covers(Port other) {
            return port.protocol().equals(other.port.protocol())
                    && port.port() == other.port.port()
                    && (net.isEmpty() || other.net.map(net.get()::contains).orElse(false));
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
        this.configurations = new TreeMap<>(configurations);
        this.environment = Map.copyOf(environment);
        this.version = version;
    }

    /** The same with the FelixConfigurations as the datastore has them. */
    public static FailsafePorts of(
            Collection<? extends JsonNode> configurations, Map<String, String> environment, CalicoVersion version) {
        Map<String, JsonNode> specs = new HashMap<>();
        configurations.forEach(object -> specs.put(object.at("/metadata/name").asText(), object.path("spec")));
        return new FailsafePorts(specs, environment, version);
    }

    /**
     * What is open on each of these nodes, where a port is open to several networks to what they share of them.
     *
     * @param nodes the nodes; none: any without settings of its own
     */
    public FailsafeObservation onAll(Collection<String> nodes) {
        List<List<Port>> inbound = lists(nodes, true);
        List<List<Port>> outbound = lists(nodes, false);
        return new FailsafeObservation(shared(inbound), shared(outbound), inbound.size() > 1 || outbound.size() > 1);
    }

    /** Whether a flow is of one of them, on a node. */
    public Match contains(String node, Flow flow) {
        List<Match> matches = lists(node, flow.inbound()).stream()
                .map(ports -> ports.stream().map(port -> port.match(flow)).reduce(Match.NO, Match::or))
                .distinct()
                .toList();
        return matches.size() == 1 ? matches.getFirst() : Match.MAYBE;
    }

    /** Whether the settings have the flow's port, be it for some network only. */
    boolean isListed(String node, Flow flow) {
        return lists(node, flow.inbound()).stream().flatMap(List::stream).anyMatch(port -> port.isOf(flow));
    }

    /** What tells one remote address from another here, on any node. */
    String trait(boolean inbound, Cidr remote) {
        StringBuilder trait = new StringBuilder();
        Stream.concat(Stream.of(""), configurations.keySet().stream())
                .flatMap(name ->
                        lists(name.startsWith(OF_NODE) ? name.substring(OF_NODE.length()) : "", inbound).stream())
                .flatMap(List::stream)
                .forEach(port -> port.net()
                        .ifPresent(net -> trait.append(net.v6() != remote.v6() || net.contains(remote) ? 'y' : 'n')));
        return trait.toString();
    }

    boolean isConfigured(String node) {
        return configurations.containsKey(OF_NODE + node);
    }

    /** Each list once that some of these nodes go by. */
    private List<List<Port>> lists(Collection<String> nodes, boolean inbound) {
        Stream<String> own = nodes.stream().filter(this::isConfigured);
        boolean allOwn = !nodes.isEmpty() && nodes.stream().allMatch(this::isConfigured);
        return Stream.concat(own, allOwn ? Stream.of() : Stream.of(""))
                .flatMap(node -> lists(node, inbound).stream())
                .distinct()
                .toList();
    }

    /** The lists the node may go by; more than one where a selector of nodes decides. */
    private List<List<Port>> lists(String node, boolean inbound) {
        String variable = inbound ? "FELIX_FAILSAFEINBOUNDHOSTPORTS" : "FELIX_FAILSAFEOUTBOUNDHOSTPORTS";
        Optional<String> value = environment.entrySet().stream()
                .filter(entry -> entry.getKey().toUpperCase(Locale.ROOT).equals(variable))
                .map(Map.Entry::getValue)
                .findFirst();
        if (value.isPresent()) {
            return List.of(
                    value.get().strip().equalsIgnoreCase("none")
                            ? List.of()
                            : ports(Stream.of(value.get().split(",", -1))));
        }
        String field = inbound ? "failsafeInboundHostPorts" : "failsafeOutboundHostPorts";
        Optional<List<Port>> own = configured(OF_NODE + node, field);
        if (own.isPresent()) {
            return List.of(own.get());
        }
        List<List<Port>> lists = new ArrayList<>();
        if (ReleaseTrait.FAILSAFE_OF_SELECTED_NODES.isIn(version)) {
            configurations.keySet().stream()
                    .filter(name -> !name.equals(DEFAULT) && !name.startsWith(OF_NODE))
                    .flatMap(name -> configured(name, field).stream())
                    .forEach(lists::add);
        }
        lists.add(configured(DEFAULT, field)
                .orElseGet(() -> ports(
                        FailsafeDefaults.of(version, inbound ? FlowDirection.INGRESS : FlowDirection.EGRESS).stream()
                                .map(FailsafePort::toString))));
        return lists.stream().distinct().toList();
    }

    private Optional<List<Port>> configured(String name, String field) {
        JsonNode list = Json.get(configurations.get(name), field);
        return list == null || !list.isArray()
                ? Optional.empty()
                : Optional.of(ports(Json.elements(list).map(FailsafePorts::text)));
    }

    private static String text(JsonNode port) {
        String protocol = Json.text(port, "protocol");
        String net = Json.text(port, "net");
        return Protocol.of(protocol.isEmpty() ? "tcp" : protocol).key() + ":"
                + (net.isEmpty() ? "" : "[" + net + "]:")
                + port.path("port").asText();
    }

    /** Sorted, so that lists that say the same are equal. */
    private static List<Port> ports(Stream<String> texts) {
        return texts.flatMap(FailsafePorts::port)
                .map(port -> new FailsafePort(Protocol.of(port.protocol()).key(), port.port(), port.net()))
                .sorted(ORDER)
                .distinct()
                .flatMap(Port::of)
                .toList();
    }

    /** What is no port is left out: Felix does not take it either. */
    private static Stream<FailsafePort> port(String text) {
        try {
            return Stream.of(FailsafePort.parse(text));
        } catch (IllegalArgumentException e) {
            return Stream.of();
        }
    }

    private static List<FailsafePort> shared(List<List<Port>> lists) {
        List<Port> shared = lists.stream()
                .reduce((one, other) -> one.stream()
                        .flatMap(port -> other.stream().flatMap(port2 -> both(port, port2)))
                        .distinct()
                        .toList())
                .orElse(List.of());
        return shared.stream()
                .filter(port -> shared.stream().noneMatch(other -> !other.equals(port) && other.covers(port)))
                .map(Port::port)
                .sorted(ORDER)
                .toList();
    }

    private static Stream<Port> both(Port one, Port other) {
        return one.covers(other) ? Stream.of(other) : other.covers(one) ? Stream.of(one) : Stream.of();
    }
}
