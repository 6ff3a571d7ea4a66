package io.calicofleet.model.felix.evaluation;

import io.calicofleet.model.address.Address;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.object.JoinedSelectors;
import io.calicofleet.model.felix.object.NetworkSetObject;
import io.calicofleet.model.selector.Selector;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Who has an address, as selectors in rules ask: host endpoints by the addresses they give, and network sets. Each is looked
 * at as a whole, as Felix makes IP sets of them (felix/labelindex/named_port_index.go). A node's address belongs to no pod.
 */
final class Peers {

    /** A network set: its labels, its networks, and whether the labels of its namespace are not known. */
    private record NetworkSet(Map<String, String> labels, List<Cidr> nets, boolean unsure) {

        NetworkSet {
            labels = Map.copyOf(labels);
            nets = List.copyOf(nets);
        }

        static NetworkSet of(NetworkSetObject object, Profiles profiles) {
            return new NetworkSet(
                    labelsOf(object, profiles),
                    object.networks(),
                    !object.namespace().isEmpty() && profiles.opensAll(Profiles.OF_NAMESPACE + object.namespace()));
        }

        Match match(Selector selector, Address address) {
            if (nets.stream().noneMatch(net -> net.contains(address))) {
                return Match.NO;
            }
            return unsure && selector.text().contains(JoinedSelectors.NAMESPACE_PREFIX)
                    ? Match.MAYBE
                    : Match.of(selector.matches(labels));
        }
    }

    private final Map<Address, List<Endpoint>> endpoints = new HashMap<>();
    private final List<NetworkSet> networkSets;

    Peers(Collection<Endpoint> endpoints, Collection<NetworkSetObject> networkSets, Profiles profiles) {
        endpoints.forEach(endpoint -> endpoint.addresses()
                .forEach(address -> this.endpoints.merge(
                        address,
                        List.of(endpoint),
                        (one, other) ->
                                Stream.concat(one.stream(), other.stream()).toList())));
        this.networkSets =
                networkSets.stream().map(set -> NetworkSet.of(set, profiles)).toList();
    }

    /** A set of a namespace has that for a label, and the labels of its profile (updateprocessors/networksetprocessor.go). */
    static Map<String, String> labelsOf(NetworkSetObject object, Profiles profiles) {
        if (object.namespace().isEmpty()) {
            return object.labels();
        }
        Map<String, String> labels =
                new HashMap<>(profiles.labelsOf(List.of(Profiles.OF_NAMESPACE + object.namespace())));
        labels.putAll(object.labels());
        labels.put(JoinedSelectors.NAMESPACE, object.namespace());
        return labels;
    }

    List<Endpoint> endpointsOf(Address address) {
        return endpoints.getOrDefault(address, List.of());
    }

    /** Whether the address is that of something with these labels. */
    Match selected(Selector selector, Address address) {
        if (endpointsOf(address).stream().anyMatch(endpoint -> selector.matches(endpoint.labels()))) {
            return Match.YES;
        }
        return networkSets.stream().map(set -> set.match(selector, address)).reduce(Match.NO, Match::or);
    }

    /** Whether the address is that of an endpoint with these labels that has a port. */
    boolean isSelected(Selector selector, Address address, Predicate<Endpoint> hasPort) {
        return endpointsOf(address).stream()
                .anyMatch(endpoint -> selector.matches(endpoint.labels()) && hasPort.test(endpoint));
    }
}
