package io.calicofleet.executor.core.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.NodeNames;
import io.calicofleet.executor.core.policy.TemporaryPolicy;
import io.calicofleet.model.Json;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an upgrade must not change, read the same way before and after it. */
public final class NetworkFacts {

    /** What is counted: what people wrote. Host endpoints are left out, for kube-controllers makes some of them. */
    public static final List<CalicoKind> COUNTED = List.of(
            CalicoKind.IP_POOL,
            CalicoKind.GLOBAL_NETWORK_POLICY,
            CalicoKind.NETWORK_POLICY,
            CalicoKind.GLOBAL_NETWORK_SET,
            CalicoKind.NETWORK_SET,
            CalicoKind.BGP_PEER);

    private static final String API_SERVICE = "v3.projectcalico.org";

    private NetworkFacts() {}

    /**
     * The addresses Calico uses, by node: what calico-node found out and wrote down, which an upgrade may find out anew;
     * where it wrote nothing, the internal addresses Kubernetes knows. Without prefix lengths.
     *
     * @param nodes the nodes of Kubernetes; each is in the result, if with no address
     * @param calicoNodes the nodes as Calico's datastore has them
     */
    public static Map<String, List<String>> addresses(
            Collection<? extends JsonNode> nodes, Collection<? extends JsonNode> calicoNodes) {
        Map<String, List<String>> written = new HashMap<>();
        NodeNames names = new NodeNames(calicoNodes);
        for (JsonNode node : calicoNodes) {
            written.put(names.inKubernetes(name(node)), calicoAddresses(node));
        }
        Map<String, List<String>> addresses = new TreeMap<>();
        for (JsonNode node : nodes) {
            List<String> calicos = written.getOrDefault(name(node), List.of());
            addresses.put(name(node), calicos.isEmpty() ? internal(node) : calicos);
        }
        return addresses;
    }

    /** The addresses calico-node wrote down for a node of Calico, without prefix lengths. */
    public static List<String> calicoAddresses(JsonNode calicoNode) {
        JsonNode bgp = calicoNode.at("/spec/bgp");
        return Stream.of("ipv4Address", "ipv6Address")
                .map(field -> Json.text(bgp, field).split("/", 2)[0])
                .filter(address -> !address.isEmpty())
                .toList();
    }

    /** The CIDRs of all IP pools, disabled ones too. */
    public static List<String> ipPools(Collection<? extends JsonNode> ipPools) {
        return ipPools.stream()
                .map(pool -> Json.text(pool.path("spec"), "cidr"))
                .sorted()
                .toList();
    }

    /** How many resources there are of each of {@link #COUNTED}; the policies of calico-fleet are not counted. */
    public static Map<String, Integer> counts(Function<CalicoKind, List<? extends JsonNode>> resources) {
        Map<String, Integer> counts = new TreeMap<>();
        for (CalicoKind kind : COUNTED) {
            counts.put(kind.kind(), (int) resources.apply(kind).stream()
                    .filter(resource -> kind != CalicoKind.GLOBAL_NETWORK_POLICY || !TemporaryPolicy.isOurs(resource))
                    // In etcd there are copies of those of Kubernetes.
                    .filter(resource ->
                            kind != CalicoKind.NETWORK_POLICY || !name(resource).startsWith("knp."))
                    .count());
        }
        return counts;
    }

    /** Whether the aggregated API is available; null where there is none, as where definitions serve v3. */
    public static @Nullable Boolean aggregatedApi(Collection<? extends JsonNode> apiServices) {
        return apiServices.stream()
                .filter(service ->
                        name(service).equals(API_SERVICE) && Json.get(service.path("spec"), "service") != null)
                .findFirst()
                .map(service -> Json.elements(service.at("/status/conditions"))
                        .anyMatch(condition -> Json.text(condition, "type").equals("Available")
                                && Json.text(condition, "status").equals("True")))
                .orElse(null);
    }

    private static List<String> internal(JsonNode node) {
        return Json.elements(node.at("/status/addresses"))
                .filter(address -> Json.text(address, "type").equals("InternalIP"))
                .map(address -> Json.text(address, "address"))
                .toList();
    }

    private static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }
}
