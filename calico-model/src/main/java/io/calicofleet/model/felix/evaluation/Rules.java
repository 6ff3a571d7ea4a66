package io.calicofleet.model.felix.evaluation;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.address.Address;
import io.calicofleet.model.felix.object.Entity;
import io.calicofleet.model.felix.object.JoinedSelectors;
import io.calicofleet.model.felix.object.Nets;
import io.calicofleet.model.felix.object.Port;
import io.calicofleet.model.felix.object.Protocol;
import io.calicofleet.model.felix.object.Rule;
import io.calicofleet.model.felix.object.Rule.Icmp;
import io.calicofleet.model.selector.Selector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a rule matches a flow, as Felix renders rules (felix/calc/rule_scanner.go, felix/rules/policy.go). MAYBE where it
 * asks for services that are not known, and where it matches some of "anyone" or some of the ports a client may use.
 */
final class Rules {

    /** What clients use: no program here asks for a lower one, and no kernel gives one. */
    private static final int FIRST_CLIENT_PORT = 1024;

    private static final int LAST_PORT = 65535;

    /** Blocks beyond these decide nothing. */
    private static final int WORKING_BLOCKS = 2;

    private final Peers peers;
    private final Services services;
    private final CalicoVersion version;
    private final Map<Owned, Ends> ends = new HashMap<>();

    /** A rule, and the namespace of its policy; empty for a global one, and for profiles. */
    private record Owned(Rule rule, String namespace) {}

    /** What both ends of a rule select; null: nothing in particular. */
    private record Ends(Selection source, Selection destination) {}

    /**
     * What an end selects.
     *
     * @param wanted what it has to be; null: anything
     * @param unwanted what it must not be; null: nothing. Where something is wanted, that is part of it, for Felix joins the
     *     two so that they are about one object
     */
    private record Selection(
            @Nullable Selector wanted, @Nullable Selector unwanted) {}

    Rules(Peers peers, Services services, CalicoVersion version) {
        this.peers = peers;
        this.services = services;
        this.version = version;
    }

    Match match(Rule rule, String namespace, Flow flow) {
        Match match = protocol(rule, flow).and(family(rule, flow)).and(icmp(rule, flow));
        if (match == Match.NO) {
            return match;
        }
        Ends both = endsOf(rule, namespace);
        return match.and(positive(rule, both, flow))
                .and(address(rule.source(), both.source(), true, flow.source()))
                .and(address(rule.destination(), both.destination(), false, flow.destination()))
                .and(notPorts(rule.source(), both.source(), flow, true))
                .and(notPorts(rule.destination(), both.destination(), flow, false))
                .and(service(rule.destination(), flow));
    }

    /**
     * Ports and networks the rule asks for. A list that does not fit into one rule of the kernel becomes a block of rules,
     * and all but the first block share a mark, which Felix does not clear between them (felix/rules/policy.go,
     * finishPositiveBlock): where the second block matches, those after it do too, whatever they say.
     */
    private Match positive(Rule rule, Ends both, Flow flow) {
        Nets from = rule.source().sourceNets();
        Nets to = rule.destination().destinationNets();
        List<Port> fromPorts = rule.source().ports();
        List<Port> toPorts = rule.destination().ports();
        boolean v6 = flow.isV6();
        int blocks = 0;
        Match match = Match.YES;
        if (!fromPorts.isEmpty()) {
            blocks += Port.matches(fromPorts) > 1 ? 1 : 0;
            match = match.and(inPorts(fromPorts, both.source(), flow, true));
        }
        if (!toPorts.isEmpty()) {
            blocks += Port.matches(toPorts) > 1 ? 1 : 0;
            match = match.and(inPorts(toPorts, both.destination(), flow, false));
        }
        boolean block = from.count(v6) > 1;
        blocks += block ? 1 : 0;
        if (!block || blocks <= WORKING_BLOCKS) {
            match = match.and(nets(from, flow.source()));
        }
        block = to.count(v6) > 1;
        blocks += block ? 1 : 0;
        return block && blocks > WORKING_BLOCKS ? match : match.and(nets(to, flow.destination()));
    }

    /** What tells one address from another at this end of the rule. */
    String trait(Rule rule, String namespace, boolean source, Address address) {
        Ends both = endsOf(rule, namespace);
        Entity entity = source ? rule.source() : rule.destination();
        Selection selection = source ? both.source() : both.destination();
        Nets nets = source ? entity.sourceNets() : entity.destinationNets();
        return switch (nets(nets, Optional.of(address)).and(address(entity, selection, source, Optional.of(address)))) {
            case NO -> "n";
            case MAYBE -> "m";
            case YES -> "y";
        };
    }

    /** The ports with names that endpoints of this address have, and what selects them. */
    String namedPorts(Address address) {
        return peers.endpointsOf(address).stream()
                .filter(endpoint -> !endpoint.namedPorts().isEmpty())
                .map(endpoint -> endpoint.namedPorts() + "" + endpoint.labels())
                .sorted()
                .toList()
                .toString();
    }

    private static Match protocol(Rule rule, Flow flow) {
        Protocol wanted = rule.protocol();
        Protocol unwanted = rule.notProtocol();
        return Match.of((wanted == null || wanted.number() == flow.protocol())
                && (unwanted == null || unwanted.number() != flow.protocol()));
    }

    /** Whether the kernel has the rule at all for the version of IP of a flow. */
    Match family(Rule rule, Flow flow) {
        if (flow.hasFamily()) {
            return Match.of(rule.isRendered(flow.isV6()));
        }
        return rule.isRendered(false)
                ? rule.isRendered(true) ? Match.YES : Match.MAYBE
                : rule.isRendered(true) ? Match.MAYBE : Match.NO;
    }

    private static Match icmp(Rule rule, Flow flow) {
        Match wanted = rule.icmp() == null ? Match.YES : icmp(rule.icmp(), flow, Match.YES);
        return rule.notIcmp() == null
                ? wanted
                : wanted.and(icmp(rule.notIcmp(), flow, Match.NO).not());
    }

    private static Match icmp(Icmp icmp, Flow flow, Match withoutType) {
        if (icmp.type() == null) {
            return withoutType;
        }
        return Match.of(icmp.type() == flow.icmpType() && (icmp.code() == null || icmp.code() == 0));
    }

    private Match address(Entity entity, Selection selection, boolean source, Optional<Address> address) {
        Match match = Match.YES;
        Nets notNets = source ? entity.sourceNotNets() : entity.destinationNotNets();
        if (!notNets.isEmpty()) {
            match = match.and(nets(notNets, address).not());
        }
        // Where there are only ports with names, they are those of what is selected.
        boolean byPorts = !entity.ports().isEmpty() && entity.ports().stream().allMatch(Port::isNamed);
        if (selection.wanted() != null && !byPorts) {
            Selector wanted = selection.wanted();
            match = match.and(
                    address.map(known -> peers.selected(wanted, known)).orElse(Match.MAYBE));
        }
        if (selection.unwanted() != null) {
            Selector unwanted = selection.unwanted();
            match = match.and(
                    address.map(known -> peers.selected(unwanted, known).not()).orElse(Match.MAYBE));
        }
        if (source && entity.service() != null && !entity.service().name().isEmpty()) {
            Entity.Service service = entity.service();
            match = match.and(address.map(known -> services.has(service, known)).orElse(Match.MAYBE));
        }
        return match;
    }

    private static Match nets(Nets nets, Optional<Address> address) {
        if (nets.isEmpty()) {
            return Match.YES;
        }
        return address.map(known -> Match.of(nets.contains(known)))
                .orElseGet(() -> nets.nets().stream().anyMatch(net -> net.bits() == 0) ? Match.YES : Match.MAYBE);
    }

    private Match notPorts(Entity entity, Selection selection, Flow flow, boolean source) {
        return entity.notPorts().isEmpty()
                ? Match.YES
                : inPorts(entity.notPorts(), selection, flow, source).not();
    }

    private Match inPorts(List<Port> ports, Selection selection, Flow flow, boolean source) {
        Match match = Match.NO;
        for (Port port : ports) {
            match = match.or(port.isNamed() ? named(port, selection, flow, source) : numbered(port, flow, source));
        }
        return source && flow.clientPort() == Flow.ANY && match == Match.NO ? together(ports) : match;
    }

    private static Match numbered(Port port, Flow flow, boolean source) {
        int own = source ? flow.clientPort() : flow.port();
        if (own == Flow.ANY) {
            return Match.of(port.first() <= FIRST_CLIENT_PORT && port.last() >= LAST_PORT);
        }
        return Match.of(port.contains(own));
    }

    /** Whether some of the ports of clients are among these. */
    private static Match together(List<Port> ports) {
        return ports.stream().anyMatch(port -> port.last() >= FIRST_CLIENT_PORT) ? Match.MAYBE : Match.NO;
    }

    /** A port with a name is one of an endpoint that says it has the address, and that the end selects. */
    private Match named(Port port, Selection selection, Flow flow, boolean source) {
        Optional<Address> address = source ? flow.source() : flow.destination();
        if (address.isEmpty() || (source && flow.clientPort() == Flow.ANY)) {
            return Match.MAYBE;
        }
        Selector selector = selection.wanted() == null ? new Selector.All() : selection.wanted();
        return Match.of(peers.isSelected(
                selector,
                address.get(),
                endpoint -> source
                        ? endpoint.hasNamedClientPort(port.name(), flow)
                        : endpoint.hasNamedPort(port.name(), flow)));
    }

    /** A service as a destination is its endpoints with their ports. */
    private Match service(Entity destination, Flow flow) {
        Entity.Service service = destination.service();
        if (service == null || service.name().isEmpty()) {
            return Match.YES;
        }
        return flow.destination()
                .map(address -> services.has(service, address, flow.protocol(), flow.port()))
                .orElse(Match.MAYBE);
    }

    /** Whether Felix makes an IP set for the rule that something with these labels is in. */
    boolean selects(Rule rule, String namespace, Map<String, String> labels) {
        Ends both = endsOf(rule, namespace);
        return Stream.of(both.source(), both.destination())
                .flatMap(end -> Stream.of(Optional.ofNullable(end.wanted()), Optional.ofNullable(end.unwanted())))
                .flatMap(Optional::stream)
                .anyMatch(selector -> selector.matches(labels));
    }

    private Ends endsOf(Rule rule, String namespace) {
        return ends.computeIfAbsent(
                new Owned(rule, namespace),
                any -> new Ends(selection(rule.source(), namespace), selection(rule.destination(), namespace)));
    }

    private Selection selection(Entity entity, String namespace) {
        String wanted = JoinedSelectors.ofEntity(entity, namespace, version);
        String unwanted = entity.notSelector();
        if (wanted.isEmpty()) {
            return new Selection(null, unwanted.isEmpty() ? null : Selector.parse(unwanted, version));
        }
        String joined = unwanted.isEmpty() ? wanted : "(" + wanted + ") && (!(" + unwanted + "))";
        return new Selection(Selector.parse(joined, version), null);
    }
}
