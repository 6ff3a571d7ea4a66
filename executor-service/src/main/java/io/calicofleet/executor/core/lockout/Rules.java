package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether a rule of a policy matches a flow, as Felix renders rules (rules/policy.go). MAYBE where it asks for what is not
 * known, such as domains and services other than the API server's, and where it matches some of "anyone" or some of the
 * ports a client may use only. What a rule says of HTTP is for Dikastes, which guards pods alone: Felix leaves it out.
 */
final class Rules {

    /** What clients use: no program here asks for a lower one, and no kernel gives one. */
    private static final int FIRST_CLIENT_PORT = 1024;

    private static final int LAST_PORT = 65535;

    private final Peers peers;

    Rules(Peers peers) {
        this.peers = peers;
    }

    Match match(JsonNode rule, Flow flow) {
        return protocol(rule, flow)
                .and(family(rule, flow))
                .and(addresses(rule.path("source"), flow.source()))
                .and(addresses(rule.path("destination"), flow.destination()))
                .and(clientPorts(rule.path("source"), flow))
                .and(ports(rule.path("destination"), flow));
    }

    /** What tells one address from another at this end of the rule. */
    String trait(JsonNode rule, boolean source, Net address) {
        JsonNode entity = rule.path(source ? "source" : "destination");
        return switch (addresses(entity, Optional.of(address))) {
            case NO -> "n";
            case MAYBE -> "m";
            case YES -> "y";
        };
    }

    /** The ports with names that endpoints of this address have. */
    String namedPorts(Net address) {
        return peers.endpointsOf(address).stream()
                .flatMap(endpoint -> endpoint.namedPorts().stream())
                .sorted()
                .toList()
                .toString();
    }

    private static Match protocol(JsonNode rule, Flow flow) {
        Match match = Match.YES;
        String wanted = Protocols.name(Json.text(rule, "protocol"));
        String unwanted = Protocols.name(Json.text(rule, "notProtocol"));
        if (!wanted.isEmpty()) {
            match = Match.of(wanted.equals(flow.protocol()));
        }
        if (!unwanted.isEmpty()) {
            match = match.and(Match.of(!unwanted.equals(flow.protocol())));
        }
        // Nothing that is looked at here is ICMP. A type that is not wanted needs a protocol too, or the rule is none.
        if (Json.get(rule, "icmp") != null) {
            return Match.NO;
        }
        return Json.get(rule, "notICMP") == null ? match : match.and(Match.MAYBE);
    }

    /**
     * A rule is rendered for each family it has networks of, in every list that has any (FilterRuleToIPVersion): one that
     * lists networks of the other family only, even as those it is not about, is none for this family.
     */
    private static Match family(JsonNode rule, Flow flow) {
        JsonNode version = Json.get(rule, "ipVersion");
        List<List<String>> lists = Stream.of("source", "destination")
                .map(rule::path)
                .flatMap(entity -> Stream.of(entity.get("nets"), entity.get("notNets")))
                .map(Json::texts)
                .filter(list -> !list.isEmpty())
                .toList();
        if (version == null && lists.isEmpty()) {
            return Match.YES;
        }
        if (!flow.hasFamily()) {
            return Match.MAYBE;
        }
        boolean ours = version == null || version.asInt() == (flow.isV6() ? 6 : 4);
        return Match.of(ours
                && lists.stream().allMatch(list -> list.stream().anyMatch(net -> net.contains(":") == flow.isV6())));
    }

    private Match addresses(JsonNode entity, Optional<Net> address) {
        Match match = Match.YES;
        List<String> nets = Json.texts(entity.get("nets"));
        List<String> notNets = Json.texts(entity.get("notNets"));
        if (!nets.isEmpty()) {
            match = match.and(inNets(nets, address));
        }
        if (!notNets.isEmpty()) {
            match = match.and(inNets(notNets, address).not());
        }
        if (!Json.texts(entity.get("domains")).isEmpty()) {
            match = match.and(Match.MAYBE);
        }
        Peers.Wanted wanted = Peers.Wanted.of(entity);
        if (!wanted.isAnyone()) {
            match = match.and(
                    address.map(known -> peers.selected(wanted, known)).orElse(Match.MAYBE));
        }
        String notSelector = Json.text(entity, "notSelector");
        if (!notSelector.isBlank()) {
            match = match.and(address.map(known ->
                            peers.selected(Peers.Wanted.of(notSelector), known).not())
                    .orElse(Match.MAYBE));
        }
        JsonNode service = Json.get(entity, "services");
        if (service != null && !service.isEmpty()) {
            match = match.and(
                    address.map(known -> peers.inService(service, known)).orElse(Match.MAYBE));
        }
        return match;
    }

    private static Match inNets(List<String> texts, Optional<Net> address) {
        Match match = Match.NO;
        for (String text : texts) {
            Optional<Net> net = Net.parse(text);
            if (net.isEmpty()) {
                match = match.or(Match.MAYBE);
            } else if (address.isEmpty()) {
                match = match.or(net.get().bits() == 0 ? Match.YES : Match.MAYBE);
            } else {
                match = match.or(Match.of(net.get().contains(address.get())));
            }
        }
        return match;
    }

    private static Match clientPorts(JsonNode source, Flow flow) {
        List<String> ports = Json.texts(source.get("ports"));
        List<String> notPorts = Json.texts(source.get("notPorts"));
        if (ports.isEmpty() && notPorts.isEmpty()) {
            return Match.YES;
        }
        if (flow.port() == Flow.NO_PORT) {
            return Match.NO;
        }
        Match match = ports.isEmpty() ? Match.YES : ofClients(ports);
        return notPorts.isEmpty() ? match : match.and(ofClients(notPorts).not());
    }

    private static Match ofClients(List<String> ports) {
        Match match = Match.NO;
        for (String text : ports) {
            Optional<Range> range = Range.parse(text);
            if (range.isEmpty()) {
                match = match.or(Match.MAYBE);
            } else if (range.get().first() <= FIRST_CLIENT_PORT && range.get().last() >= LAST_PORT) {
                match = Match.YES;
            } else if (range.get().last() >= FIRST_CLIENT_PORT) {
                match = match.or(Match.MAYBE);
            }
        }
        return match;
    }

    private Match ports(JsonNode destination, Flow flow) {
        Match match = Match.YES;
        List<String> ports = Json.texts(destination.get("ports"));
        List<String> notPorts = Json.texts(destination.get("notPorts"));
        if (!ports.isEmpty()) {
            match = inPorts(ports, flow);
        }
        if (!notPorts.isEmpty()) {
            match = match.and(
                    flow.port() == Flow.NO_PORT
                            ? Match.NO
                            : inPorts(notPorts, flow).not());
        }
        JsonNode service = Json.get(destination, "services");
        return service == null || service.isEmpty() ? match : match.and(peers.onPortOf(service, flow));
    }

    private Match inPorts(List<String> ports, Flow flow) {
        if (flow.port() == Flow.NO_PORT) {
            return Match.NO;
        }
        return ports.stream().map(text -> isPort(text, flow)).reduce(Match.NO, Match::or);
    }

    /** A port with a name is one of an endpoint that says it has the address. */
    private Match isPort(String text, Flow flow) {
        return Range.parse(text)
                .map(range -> Match.of(flow.port() >= range.first() && flow.port() <= range.last()))
                .orElseGet(() -> flow.destination()
                        .map(address -> Match.of(
                                peers.endpointsOf(address).stream().anyMatch(peer -> peer.hasNamedPort(text, flow))))
                        .orElse(Match.MAYBE));
    }

    /** Ports as rules have them: one, or {@code 1000:2000}. */
    private record Range(int first, int last) {

        static Optional<Range> parse(String text) {
            int colon = text.indexOf(':');
            try {
                int first = Integer.parseInt(colon < 0 ? text : text.substring(0, colon));
                return Optional.of(new Range(first, colon < 0 ? first : Integer.parseInt(text.substring(colon + 1))));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }
    }
}
