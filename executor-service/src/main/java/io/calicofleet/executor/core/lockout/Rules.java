package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.Json;
import java.util.List;
import java.util.Optional;

/**
 * Whether a rule of a policy matches a flow. MAYBE where it asks for what is not known: client ports, domains, services
 * other than the API server's, HTTP; and where it matches some of "anyone" only.
 */
final class Rules {

    private final Peers peers;

    Rules(Peers peers) {
        this.peers = peers;
    }

    Match match(JsonNode rule, Flow flow, Endpoint endpoint) {
        Match match = protocol(rule, flow);
        if (rule.has("http")) {
            match = match.and(Match.MAYBE);
        }
        return match.and(addresses(rule.path("source"), flow.source()))
                .and(addresses(rule.path("destination"), flow.destination()))
                .and(clientPorts(rule.path("source")))
                .and(ports(rule.path("destination"), flow, endpoint));
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
    String namedPorts(Net remote) {
        return peers.endpointsOf(remote).stream()
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
        JsonNode version = Json.get(rule, "ipVersion");
        if (version != null) {
            match = match.and(flow.remote()
                    .map(remote -> Match.of(version.asInt() == (remote.v6() ? 6 : 4)))
                    .orElse(Match.MAYBE));
        }
        // Nothing that is looked at here is ICMP.
        return Json.get(rule, "icmp") == null ? match : Match.NO;
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
        String selector = Json.text(entity, "selector");
        String namespaces = Json.text(entity, "namespaceSelector");
        String notSelector = Json.text(entity, "notSelector");
        if (!selector.isBlank() || !namespaces.isBlank()) {
            match = match.and(address.map(known -> peers.selected(selector, namespaces, known))
                    .orElse(Match.MAYBE));
        }
        if (!notSelector.isBlank()) {
            match = match.and(
                    address.map(known -> peers.selected(notSelector, "", known).not())
                            .orElse(Match.MAYBE));
        }
        JsonNode accounts = Json.get(entity, "serviceAccounts");
        if (accounts != null && !accounts.isEmpty()) {
            match = match.and(address.isPresent() ? Match.NO : Match.MAYBE); // only pods have one
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

    /** Clients choose their port. */
    private static Match clientPorts(JsonNode source) {
        boolean asked = !Json.texts(source.get("ports")).isEmpty()
                || !Json.texts(source.get("notPorts")).isEmpty();
        return asked ? Match.MAYBE : Match.YES;
    }

    private Match ports(JsonNode destination, Flow flow, Endpoint endpoint) {
        Match match = Match.YES;
        List<String> ports = Json.texts(destination.get("ports"));
        List<String> notPorts = Json.texts(destination.get("notPorts"));
        if (!ports.isEmpty()) {
            match = inPorts(ports, flow, endpoint);
        }
        if (!notPorts.isEmpty()) {
            match = match.and(inPorts(notPorts, flow, endpoint).not());
        }
        return match;
    }

    private Match inPorts(List<String> ports, Flow flow, Endpoint endpoint) {
        if (flow.port() == Flow.NO_PORT) {
            return Match.NO;
        }
        return Match.of(ports.stream().anyMatch(text -> isPort(text, flow, endpoint)));
    }

    private boolean isPort(String text, Flow flow, Endpoint endpoint) {
        int colon = text.indexOf(':');
        try {
            int first = Integer.parseInt(colon < 0 ? text : text.substring(0, colon));
            int last = colon < 0 ? first : Integer.parseInt(text.substring(colon + 1));
            return flow.port() >= first && flow.port() <= last;
        } catch (NumberFormatException e) {
            return flow.inbound()
                    ? endpoint.hasNamedPort(text, flow)
                    : flow.remote()
                            .map(remote ->
                                    peers.endpointsOf(remote).stream().anyMatch(peer -> peer.hasNamedPort(text, flow)))
                            .orElse(false);
        }
    }
}
