package io.calicofleet.model.felix.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The settings of Felix: its environment wins over the FelixConfiguration of the node, that over the default one
 * (config/config_params.go).
 */
public final class FelixSettings {

    private static final String OF_NODE = "node.";
    private static final String DEFAULT = "default";
    private static final String LOG_PREFIX = "calico-packet";

    private final Map<String, JsonNode> specs = new HashMap<>();
    private final Map<String, String> environment;

    /**
     * The settings of a cluster.
     *
     * @param configurations all FelixConfigurations
     * @param environment that of calico-node
     */
    public FelixSettings(Collection<? extends JsonNode> configurations, Map<String, String> environment) {
        configurations.forEach(object -> specs.put(object.at("/metadata/name").asText(), object.path("spec")));
        this.environment = Map.copyOf(environment);
    }

    /** Those that are neither the default one nor of one node: from v3.32 on they may select nodes. */
    List<String> selecting() {
        return specs.keySet().stream()
                .filter(name -> !name.equals(DEFAULT) && !name.startsWith(OF_NODE))
                .sorted()
                .toList();
    }

    /** Whether Felix has IPv6 on; it is unless the environment turns it off, which calico.yaml does. */
    boolean isIpv6On() {
        return flag("", "ipv6Support", "FELIX_IPV6SUPPORT").orElse(true);
    }

    boolean isOwn(String node) {
        return specs.containsKey(OF_NODE + node);
    }

    /** What a node's Felix has the kernel write before each packet that a rule logs; {@code ": "} follows it. */
    public String logPrefix(String node) {
        return variable("FELIX_LOGPREFIX")
                .or(() -> field(node, "logPrefix").map(JsonNode::asText).filter(text -> !text.isEmpty()))
                .orElse(LOG_PREFIX);
    }

    /** A variable of the environment, in capitals or not; empty where it is not set. */
    private Optional<String> variable(String name) {
        return environment.entrySet().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                .map(entry -> entry.getValue().strip())
                .filter(text -> !text.isEmpty())
                .findFirst();
    }

    private Optional<JsonNode> field(String node, String field) {
        return Stream.of(OF_NODE + node, DEFAULT)
                .map(name -> Json.get(specs.get(name), field))
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** A flag; empty where nothing sets it. */
    Optional<Boolean> flag(String node, String field, String variable) {
        return variable(variable)
                .map(text -> text.toLowerCase(Locale.ROOT))
                .filter(text -> !text.equals("none"))
                .map(List.of("true", "1", "yes", "y", "t")::contains)
                .or(() -> field(node, field).map(JsonNode::asBoolean));
    }

    /** A number, such as a port. */
    int number(String node, String field, String variable, int otherwise) {
        return variable(variable)
                .filter(text -> text.matches("\\d{1,9}"))
                .map(Integer::valueOf)
                .or(() -> field(node, field).map(JsonNode::asInt))
                .orElse(otherwise);
    }
}
