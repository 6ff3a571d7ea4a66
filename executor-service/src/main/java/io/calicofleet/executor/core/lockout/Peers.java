package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.Json;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who has an address, as selectors in rules ask: host endpoints by the addresses they give, and network sets. A node's
 * address belongs to no pod. Never asked for "anyone".
 */
final class Peers {

    /** A network set: its labels, its networks, and whether it is in a namespace. */
    private record NetworkSet(Map<String, String> labels, List<Net> nets, boolean namespaced) {

        NetworkSet {
            labels = Map.copyOf(labels);
            nets = List.copyOf(nets);
        }

        static NetworkSet of(JsonNode object) {
            Map<String, String> labels = new HashMap<>();
            object.at("/metadata/labels")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            return new NetworkSet(
                    labels,
                    Json.texts(object.at("/spec/nets")).stream()
                            .flatMap(net -> Net.parse(net).stream())
                            .toList(),
                    !object.at("/metadata/namespace").asText().isEmpty());
        }
    }

    private final Map<Net, List<Endpoint>> endpoints = new HashMap<>();
    private final List<NetworkSet> networkSets;
    private final List<Net> apiServers;

    Peers(Collection<Endpoint> endpoints, Collection<? extends JsonNode> networkSets, List<Net> apiServers) {
        endpoints.forEach(endpoint -> endpoint.addresses()
                .forEach(address -> this.endpoints.merge(
                        address,
                        List.of(endpoint),
                        (one, other) -> java.util.stream.Stream.concat(one.stream(), other.stream())
                                .toList())));
        this.networkSets = networkSets.stream().map(NetworkSet::of).toList();
        this.apiServers = List.copyOf(apiServers);
    }

    List<Endpoint> endpointsOf(Net address) {
        return endpoints.getOrDefault(address, List.of());
    }

    /** Whether the address is that of something the selector selects, in the namespaces the other selector selects. */
    Match selected(String selector, String namespaceSelector, Net address) {
        String namespaces = namespaceSelector.strip();
        Match global = namespaces.isEmpty() || namespaces.equals("global()") ? Match.YES : Match.NO;
        Match match = Match.NO;
        for (Endpoint endpoint : endpointsOf(address)) {
            match = match.or(Policy.match(selector, endpoint.labels()).and(global));
        }
        for (NetworkSet set : networkSets) {
            if (set.nets().stream().anyMatch(net -> net.contains(address))) {
                match = match.or(
                        Policy.match(selector, set.labels()).and(set.namespaced() ? inNamespace(namespaces) : global));
            }
        }
        return match;
    }

    /** The endpoints of a service; only those of the API server's are known here. */
    Match inService(JsonNode service, Net address) {
        boolean kubernetes = Json.text(service, "name").equals("kubernetes")
                && Json.text(service, "namespace").equals("default");
        return kubernetes ? Match.of(apiServers.contains(address)) : Match.MAYBE;
    }

    private static Match inNamespace(String namespaceSelector) {
        return switch (namespaceSelector) {
            case "", "all()" -> Match.YES;
            case "global()" -> Match.NO;
            default -> Match.MAYBE;
        };
    }
}
