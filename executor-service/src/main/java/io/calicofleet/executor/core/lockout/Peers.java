package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Who has an address, as selectors in rules ask: host endpoints by the addresses they give, and network sets. A node's
 * address belongs to no pod. Never asked for "anyone".
 */
final class Peers {

    /**
     * What an end of a rule selects.
     *
     * @param selector of labels; empty: any
     * @param namespaces of namespaces; empty: any, and none
     * @param accounts of service accounts; empty: any, and none
     * @param onlyAccounts whether it names service accounts
     */
    record Wanted(String selector, String namespaces, String accounts, boolean onlyAccounts) {

        static Wanted of(JsonNode entity) {
            JsonNode accounts = entity.path("serviceAccounts");
            return new Wanted(
                    Json.text(entity, "selector"),
                    Json.text(entity, "namespaceSelector").strip(),
                    Json.text(accounts, "selector"),
                    !Json.texts(accounts.get("names")).isEmpty());
        }

        static Wanted of(String selector) {
            return new Wanted(selector, "", "", false);
        }

        boolean isAnyone() {
            return selector.isBlank() && namespaces.isEmpty() && accounts.isBlank() && !onlyAccounts;
        }

        /** Whether it selects something with these labels that is no pod. */
        Match match(Map<String, String> labels, boolean namespaced) {
            return onlyAccounts
                    ? Match.NO
                    : Policy.match(selector, labels)
                            .and(Policy.ofPods(accounts))
                            .and(namespaced ? inNamespace() : Policy.ofPods(namespaces));
        }

        private Match inNamespace() {
            return switch (namespaces) {
                case "", "all()" -> Match.YES;
                case "global()" -> Match.NO;
                default -> Match.MAYBE;
            };
        }
    }

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
    private final int apiServerPort;

    Peers(
            Collection<Endpoint> endpoints,
            Collection<? extends JsonNode> networkSets,
            List<Net> apiServers,
            int apiServerPort) {
        endpoints.forEach(endpoint -> endpoint.addresses()
                .forEach(address -> this.endpoints.merge(
                        address,
                        List.of(endpoint),
                        (one, other) ->
                                Stream.concat(one.stream(), other.stream()).toList())));
        this.networkSets = networkSets.stream().map(NetworkSet::of).toList();
        this.apiServers = List.copyOf(apiServers);
        this.apiServerPort = apiServerPort;
    }

    List<Endpoint> endpointsOf(Net address) {
        return endpoints.getOrDefault(address, List.of());
    }

    /** Whether the address is that of something wanted. */
    Match selected(Wanted wanted, Net address) {
        Match match = Match.NO;
        for (Endpoint endpoint : endpointsOf(address)) {
            match = match.or(wanted.match(endpoint.labels(), false));
        }
        for (NetworkSet set : networkSets) {
            if (set.nets().stream().anyMatch(net -> net.contains(address))) {
                match = match.or(wanted.match(set.labels(), set.namespaced()));
            }
        }
        return match;
    }

    /** The endpoints of a service; only those of the API server's are known here. */
    Match inService(JsonNode service, Net address) {
        return isApiServer(service) ? Match.of(apiServers.contains(address)) : Match.MAYBE;
    }

    /** As a destination a service is its endpoints' ports, too. */
    Match onPortOf(JsonNode service, Flow flow) {
        return isApiServer(service)
                ? Match.of(flow.protocol().equals("tcp") && flow.port() == apiServerPort)
                : Match.MAYBE;
    }

    private static boolean isApiServer(JsonNode service) {
        return Json.text(service, "name").equals("kubernetes")
                && Json.text(service, "namespace").equals("default");
    }
}
