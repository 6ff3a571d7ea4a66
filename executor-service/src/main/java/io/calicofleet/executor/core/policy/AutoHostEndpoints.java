package io.calicofleet.executor.core.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.selector.Selector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What kube-controllers makes of the nodes: a host endpoint for all interfaces of each, with the node's labels and a
 * profile that allows everything where no policy selects it.
 */
public final class AutoHostEndpoints {

    /** The label they carry. */
    public static final String CREATED_BY = "projectcalico.org/created-by";

    /** Its value. */
    public static final String CREATOR = "calico-kube-controllers";

    private static final String PROFILE = "projectcalico-default-allow";

    private AutoHostEndpoints() {}

    /** Whether kube-controllers made this host endpoint and keeps it. */
    public static boolean isAutomatic(JsonNode endpoint) {
        return CREATOR.equals(HostEndpoints.labels(endpoint).get(CREATED_BY));
    }

    /** The automatic host endpoint of a node that has these labels and addresses. */
    public static ObjectNode of(String node, Map<String, String> labels, Collection<String> addresses) {
        ObjectNode endpoint = Json.object();
        endpoint.put("apiVersion", "projectcalico.org/v3").put("kind", "HostEndpoint");
        ObjectNode metadata = endpoint.putObject("metadata").put("name", node + "-auto-hep");
        ObjectNode all = metadata.putObject("labels");
        labels.forEach(all::put);
        all.put(CREATED_BY, CREATOR);
        ObjectNode spec = endpoint.putObject("spec").put("node", node).put("interfaceName", "*");
        ArrayNode ips = spec.putArray("expectedIPs");
        addresses.forEach(ips::add);
        spec.putArray("profiles").add(PROFILE);
        return endpoint;
    }

    /** The labels that have to be on the node before an automatic host endpoint can stand in for this one. */
    public static Map<String, String> labelsToCopy(JsonNode endpoint) {
        Map<String, String> labels = new TreeMap<>(HostEndpoints.labels(endpoint));
        labels.remove(CREATED_BY);
        return labels;
    }

    /** Whether an automatic host endpoint of the node is there, with every label the node has. */
    public static boolean isThere(
            Collection<? extends JsonNode> endpoints, String node, Map<String, String> nodeLabels) {
        return endpoints.stream()
                .filter(AutoHostEndpoints::isAutomatic)
                .filter(endpoint -> Json.text(endpoint.get("spec"), "node").equals(node)
                        && Json.text(endpoint.get("spec"), "interfaceName").equals("*"))
                .anyMatch(endpoint -> HostEndpoints.labels(endpoint).entrySet().containsAll(nodeLabels.entrySet()));
    }

    /**
     * A line for each selector of nodes that would select others for the labels that are copied to them: of BGP peers, which
     * decide on routes, and of IP pools, which decide on addresses.
     *
     * @param resources BGPPeers and IPPools
     * @param before by node, its labels; those of nodes that get more suffice
     * @param after by node, its labels with the copied ones
     */
    public static List<String> nodeSelectorChanges(
            Collection<? extends JsonNode> resources,
            Map<String, Map<String, String>> before,
            Map<String, Map<String, String>> after) {
        List<String> lines = new ArrayList<>();
        for (JsonNode resource : resources) {
            for (String field : List.of("nodeSelector", "peerSelector")) {
                String selector = Json.text(resource.get("spec"), field);
                List<String> changed = selector.isBlank()
                        ? List.of()
                        : after.entrySet().stream()
                                .filter(node -> selects(selector, before.getOrDefault(node.getKey(), Map.of()))
                                        != selects(selector, node.getValue()))
                                .map(Map.Entry::getKey)
                                .sorted()
                                .toList();
                if (!changed.isEmpty()) {
                    lines.add(resource.path("kind").asText() + " " + HostEndpoints.name(resource) + " (" + field + " "
                            + selector + ") would select or let go of " + some(changed)
                            + " for the labels copied to the nodes");
                }
            }
        }
        return lines;
    }

    private static boolean selects(String selector, Map<String, String> labels) {
        return !Selector.isReadable(selector) || Selector.matches(selector, labels);
    }

    private static String some(List<String> nodes) {
        return nodes.size() <= 5
                ? String.join(", ", nodes)
                : String.join(", ", nodes.subList(0, 5)) + " and " + (nodes.size() - 5) + " more nodes";
    }
}
