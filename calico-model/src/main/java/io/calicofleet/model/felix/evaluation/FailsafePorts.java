package io.calicofleet.model.felix.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailsafeObservation;
import io.calicofleet.event.FailsafePort;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.object.Protocol;
import io.calicofleet.model.release.FailsafeDefaults;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Felix lets through on every host endpoint before any policy. Its environment wins over the
 * FelixConfiguration of the node, that over those with a selector of nodes, which there are from v3.32 on, that over the
 * default one; where none has a list, it is that of the version. An empty list is a list, an empty text is none. A
 * configuration file on the node, which would win over all but the environment, is not seen.
 *
 * <p>Which nodes a selector selects is not looked at: its list may be that of any node without one of its own. Felix ends
 * over a list it cannot read, wherever it stands ({@link SettingFaults}); what such a list has besides is taken to be open.
 */
public final class FailsafePorts {

    private static final Set<String> PROTOCOLS = Set.of("tcp", "udp");
    private static final String NO_PROTOCOL = "none";
    private static final Comparator<FailsafePort> ORDER = Comparator.comparing(FailsafePort::protocol)
            .thenComparingInt(FailsafePort::port)
            .thenComparing(FailsafePort::net);

    /** A port, for some network or for anyone; and whether it is closed to the other version of IP. */
    private record Port(FailsafePort port, Optional<Cidr> net, boolean closedToOther) {

        Match match(Flow flow) {
            return isOf(flow) ? at(flow) : Match.NO;
        }

        /** Of the other end; a port with a network is open to all of the other version, in some releases. */
        private Match at(Flow flow) {
            if (net.isEmpty()) {
                return Match.YES;
            }
            Cidr only = net.get();
            if (flow.hasFamily() && only.v6() != flow.isV6()) {
                return Match.of(!closedToOther);
            }
            return flow.remote()
                    .map(remote -> Match.of(only.contains(remote)))
                    .orElse(only.isAny() ? Match.YES : Match.MAYBE);
        }

        boolean isSourceOf(Flow flow) {
            return Protocol.of(port.protocol()).number() == flow.protocol() && port.port() == flow.clientPort();
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

    private final FelixSettings settings;
    private final CalicoVersion version;

    /**
     * The ports of a cluster.
     *
     * @param version the release that runs
     */
    FailsafePorts(FelixSettings settings, CalicoVersion version) {
        this.settings = settings;
        this.version = version;
    }

    /**
     * The same.
     *
     * @param configurations all FelixConfigurations
     * @param environment that of calico-node
     */
    public static FailsafePorts of(
            Collection<? extends JsonNode> configurations, Map<String, String> environment, CalicoVersion version) {
        return new FailsafePorts(new FelixSettings(configurations, environment), version);
    }

    /**
     * What is open on each of these nodes, where a port is open to several networks to what they share of them. A release
     * that leaves networks out opens more than that; what it is upgraded to does not.
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
        return decided(lists(node, flow.inbound()), port -> port.match(flow));
    }

    /** Whether a flow may be of one of them, on some node. */
    public boolean mayContain(Flow flow) {
        return nodes().anyMatch(node -> contains(node, flow) != Match.NO);
    }

    /** Whether the settings have the flow's port, be it for some network only. */
    boolean isListed(String node, Flow flow) {
        return lists(node, flow.inbound()).stream().flatMap(List::stream).anyMatch(port -> port.isOf(flow));
    }

    /**
     * Whether a flow is what answers to one of the other direction look like, by its source port: such packets no policy
     * before tracking is asked about (felix/rules/static.go, failsafeInChain of the raw table).
     */
    Match looksLikeAnswer(String node, Flow flow) {
        return decided(lists(node, !flow.inbound()), port -> port.isSourceOf(flow) ? port.at(flow) : Match.NO);
    }

    /** What any port of a list makes of a flow; undecided where the lists differ. */
    private static Match decided(List<List<Port>> lists, Function<Port, Match> match) {
        List<Match> matches = lists.stream()
                .map(ports -> ports.stream().map(match).reduce(Match.NO, Match::or))
                .distinct()
                .toList();
        return matches.size() == 1 ? matches.getFirst() : Match.MAYBE;
    }

    /** One without settings of its own, and those that have some. */
    private Stream<String> nodes() {
        return Stream.concat(
                Stream.of(""),
                settings.names().stream()
                        .filter(name -> name.startsWith(FelixSettings.OF_NODE))
                        .map(name -> name.substring(FelixSettings.OF_NODE.length())));
    }

    /** What tells one remote address from another here, on any node. */
    String trait(boolean inbound, Cidr remote) {
        StringBuilder trait = new StringBuilder();
        nodes().flatMap(node -> lists(node, inbound).stream())
                .flatMap(List::stream)
                .forEach(port -> port.net()
                        .ifPresent(net -> trait.append(
                                net.v6() != remote.v6()
                                        ? port.closedToOther() ? 'n' : 'y'
                                        : net.contains(remote) ? 'y' : 'n')));
        return trait.toString();
    }

    /** Each list once that some of these nodes go by. */
    private List<List<Port>> lists(Collection<String> nodes, boolean inbound) {
        Stream<String> own = nodes.stream().filter(settings::isOwn);
        boolean allOwn = !nodes.isEmpty() && nodes.stream().allMatch(settings::isOwn);
        return Stream.concat(own, allOwn ? Stream.of() : Stream.of(""))
                .flatMap(node -> lists(node, inbound).stream())
                .distinct()
                .toList();
    }

    /** The lists the node may go by; more than one where a selector of nodes decides. */
    private List<List<Port>> lists(String node, boolean inbound) {
        Optional<String> variable = settings.variable(setting(inbound));
        if (variable.isPresent()) {
            return List.of(ports(variable.get()));
        }
        Optional<String> own = configured(FelixSettings.OF_NODE + node, inbound);
        if (own.isPresent()) {
            return List.of(ports(own.get()));
        }
        List<List<Port>> lists = new ArrayList<>();
        if (ReleaseTrait.FAILSAFE_OF_SELECTED_NODES.isIn(version)) {
            settings.selecting().stream()
                    .flatMap(name -> configured(name, inbound).stream())
                    .map(this::ports)
                    .forEach(lists::add);
        }
        lists.add(ports(configured(FelixSettings.DEFAULT, inbound)
                .orElseGet(() ->
                        FailsafeDefaults.of(version, inbound ? FlowDirection.INGRESS : FlowDirection.EGRESS).stream()
                                .map(FailsafePort::toString)
                                .collect(Collectors.joining(",")))));
        return lists.stream().distinct().toList();
    }

    private static String setting(boolean inbound) {
        return inbound ? "FailsafeInboundHostPorts" : "FailsafeOutboundHostPorts";
    }

    private Optional<String> configured(String name, boolean inbound) {
        return settings.ports(name, setting(inbound));
    }

    /** The first part of a list that Felix does not take, so that it ends; empty where there is none. */
    static Optional<String> unreadable(String list) {
        return parts(list).stream().filter(part -> port(part).isEmpty()).findFirst();
    }

    /** Sorted, so that lists that say the same are equal. */
    private List<Port> ports(String list) {
        boolean nets = ReleaseTrait.FAILSAFE_NETS.isIn(version);
        return parts(list).stream()
                .flatMap(part -> port(part).stream())
                .sorted(ORDER)
                .distinct()
                .map(port -> new Port(
                        port,
                        nets ? Cidr.read(port.net()) : Optional.empty(),
                        ReleaseTrait.FAILSAFE_NETS_OF_ONE_IP_VERSION.isIn(version)))
                .toList();
    }

    private static List<String> parts(String list) {
        return list.equalsIgnoreCase(FelixSettings.NONE)
                ? List.of()
                : Stream.of(list.split(",", -1))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList();
    }

    /** Empty where Felix does not take it (felix/config/param_types.go, PortListParam). */
    private static Optional<FailsafePort> port(String text) {
        try {
            // What begins so has a protocol, and it is empty.
            FailsafePort port = FailsafePort.parse(text.startsWith(":") ? NO_PROTOCOL + text : text);
            return PROTOCOLS.contains(port.protocol())
                            && (port.net().isEmpty() || Cidr.read(port.net()).isPresent())
                    ? Optional.of(port)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
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
