package io.calicofleet.simulator.calico.felix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.address.Address;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.evaluation.Match;
import io.calicofleet.model.felix.evaluation.Pools;
import io.calicofleet.model.felix.evaluation.Resources;
import io.calicofleet.model.felix.evaluation.Services;
import io.calicofleet.model.felix.evaluation.Surroundings;
import io.calicofleet.model.felix.object.Entity.Service;
import io.calicofleet.model.felix.object.Protocol;
import io.calicofleet.simulator.calico.datastore.CalicoResources;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a Felix reads: Calico's resources, and what it learns of the nodes and services of Kubernetes.
 *
 * @param resources the resources
 * @param pools how packets are wrapped
 * @param hosts the addresses of the nodes
 * @param inKubernetes whether Kubernetes is the datastore
 */
record FelixInputs(Resources resources, Pools pools, Set<Cidr> hosts, boolean inKubernetes) {

    private static final GroupResource NODES = new GroupResource("", "nodes");
    private static final GroupResource ENDPOINTS = new GroupResource("", "endpoints");

    FelixInputs {
        hosts = Set.copyOf(hosts);
    }

    static FelixInputs read(CalicoResources calico, ObjectStore store) {
        Set<Cidr> hosts = new HashSet<>();
        store.list(NODES, "").objects().forEach(node -> hosts.addAll(addresses(node)));
        return new FelixInputs(
                new Resources(
                        calico.list("HostEndpoint"),
                        calico.list("GlobalNetworkPolicy"),
                        calico.list("Tier"),
                        Stream.concat(calico.list("GlobalNetworkSet").stream(), calico.list("NetworkSet").stream())
                                .toList(),
                        calico.list("Profile"),
                        calico.list("FelixConfiguration")),
                Pools.of(calico.list("IPPool")),
                hosts,
                calico.inKubernetes());
    }

    /** The same with the environment of one calico-node. */
    Surroundings surroundings(Map<String, String> environment, ObjectStore store) {
        return new Surroundings(environment, pools, hosts, services(store, inKubernetes), inKubernetes);
    }

    /** The addresses of a node of Kubernetes. */
    static List<Cidr> addresses(JsonNode node) {
        List<Cidr> addresses = new ArrayList<>();
        for (JsonNode address : node.path("status").path("addresses")) {
            if (address.path("type").asText().equals("InternalIP")) {
                Cidr.read(address.path("address").asText()).ifPresent(addresses::add);
            }
        }
        return addresses;
    }

    /** Felix learns of services from Kubernetes where that is its datastore, and of none where it is not. */
    private static Services services(ObjectStore store, boolean inKubernetes) {
        return new Services() {
            @Override
            public Match has(Service service, Address address) {
                return Match.of(inKubernetes && find(service, address, ""));
            }

            @Override
            public Match has(Service service, Address address, int protocol, int port) {
                String wanted = Protocol.of(String.valueOf(protocol)).key() + "/" + port;
                return Match.of(inKubernetes && find(service, address, wanted));
            }

            private boolean find(Service service, Address address, String port) {
                ObjectNode endpoints = store.get(ENDPOINTS, new ObjectKey(service.namespace(), service.name()));
                if (endpoints == null) {
                    return false;
                }
                for (JsonNode subset : endpoints.path("subsets")) {
                    boolean here = false;
                    for (JsonNode each : subset.path("addresses")) {
                        here |= each.path("ip").asText().equals(address.toString());
                    }
                    if (here && (port.isEmpty() || ports(subset).contains(port))) {
                        return true;
                    }
                }
                return false;
            }
        };
    }

    private static List<String> ports(JsonNode subset) {
        List<String> ports = new ArrayList<>();
        subset.path("ports")
                .forEach(port -> ports.add(Protocol.of(port.path("protocol").asText("TCP"))
                                .key() + "/" + port.path("port").asInt()));
        return ports;
    }
}
