package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.ApiServerObservation;
import io.calicofleet.model.Json;
import io.calicofleet.model.address.Cidr;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the API server is reached, for whoever suggests what has to stay open: by the same sources as the guard, which refuses what would cut it.
 *
 * <p>Endpoints are deprecated from Kubernetes v1.33 on. Those of {@code default/kubernetes} are written by the API servers themselves in every
 * release so far, beside an EndpointSlice that says the same.
 */
public final class ApiServerPorts {

    private static final String HTTPS = "https";
    private static final List<Cidr> LOOPBACK = Stream.of("127.0.0.0/8", "::1")
            .flatMap(net -> Cidr.read(net).stream())
            .toList();

    private ApiServerPorts() {}

    /**
     * Where it is reached.
     *
     * @param endpoints the Endpoints {@code default/kubernetes}; none where they are not there or may not be read
     * @param nodes the addresses of the nodes
     * @param servers what settings name; one on the node itself is left out, for it is reached by its loopback
     */
    public static ApiServerObservation observe(
            Collection<? extends JsonNode> endpoints, Collection<String> nodes, NamedServers servers) {
        Set<Cidr> ofNodes =
                nodes.stream().flatMap(address -> Cidr.read(address).stream()).collect(Collectors.toSet());
        TreeSet<Integer> onNodes = new TreeSet<>();
        TreeSet<Integer> elsewhere = new TreeSet<>();
        endpoints.stream()
                .flatMap(object -> Json.elements(object.get("subsets")))
                .forEach(subset -> addresses(subset)
                        .forEach(address -> (ofNodes.contains(address) ? onNodes : elsewhere).addAll(ports(subset))));
        servers.api().stream()
                .filter(server -> !isLoopback(server.host()))
                .map(Server::port)
                .filter(ApiServerPorts::isPort)
                .forEach(elsewhere::add);
        elsewhere.removeAll(onNodes);
        return new ApiServerObservation(List.copyOf(onNodes), List.copyOf(elsewhere));
    }

    /** The ports of a subset: the one that the Service leads to, which every API server names so, or all where none has that name. */
    static List<Integer> ports(JsonNode subset) {
        List<JsonNode> named = Json.elements(subset.get("ports"))
                .filter(port -> isPort(port.path("port").asInt()))
                .toList();
        List<JsonNode> https = named.stream()
                .filter(port -> Json.text(port, "name").equals(HTTPS))
                .toList();
        return (https.isEmpty() ? named : https)
                .stream().map(port -> port.path("port").asInt()).toList();
    }

    /** The addresses of a subset, those too that are not ready now. */
    static Stream<Cidr> addresses(JsonNode subset) {
        return Stream.concat(Json.elements(subset.get("addresses")), Json.elements(subset.get("notReadyAddresses")))
                .flatMap(address -> Cidr.read(Json.text(address, "ip")).stream());
    }

    private static boolean isPort(int port) {
        return port > 0 && port <= 65_535;
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost")
                || Cidr.read(host).stream()
                        .anyMatch(address -> LOOPBACK.stream().anyMatch(net -> net.contains(address)));
    }
}
