package io.calicofleet.simulator.calico;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Labels;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Felix does with a new connection of a host, as its chains have it: the host endpoint of the interface, failsafe
 * ports, policies by order, profiles, drop. Normal policy applies to {@code *} host endpoints only from v3.14 on (facts
 * 0.3).
 */
final class HostEndpoints {

    private final List<JsonNode> endpoints;
    private final List<JsonNode> policies;
    private final List<JsonNode> networkSets;
    private final JsonNode felixSpec;

    /** What became of a connection. */
    record Verdict(String endpoint, boolean allowed, boolean logged) {}

    HostEndpoints(List<JsonNode> endpoints, List<JsonNode> policies, List<JsonNode> networkSets, JsonNode felixSpec) {
        this.endpoints = endpoints;
        this.policies = policies.stream()
                .sorted(Comparator.<JsonNode>comparingDouble(
                                p -> Json.at(p, "spec", "order").asDouble(Double.MAX_VALUE))
                        .thenComparing(p -> Json.text(p, "metadata", "name")))
                .toList();
        this.networkSets = networkSets;
        this.felixSpec = felixSpec;
    }

    /** The prefix of logged lines. */
    String logPrefix() {
        return felixSpec.path("logPrefix").asText("calico-packet");
    }

    /** The host endpoint in force on a node, or null: one of its interface, or else the first {@code *} by name. */
    @Nullable
    JsonNode of(String node) {
        JsonNode all = null;
        for (JsonNode endpoint : endpoints) {
            if (!Json.text(endpoint, "spec", "node").equals(node)) {
                continue;
            }
            String interfaceName = Json.text(endpoint, "spec", "interfaceName");
            if (interfaceName.equals("eth0")) {
                return endpoint;
            }
            if (interfaceName.equals("*")
                    && (all == null
                            || Json.text(endpoint, "metadata", "name").compareTo(Json.text(all, "metadata", "name"))
                                    < 0)) {
                all = endpoint;
            }
        }
        return all;
    }

    Verdict judge(String node, ImageVersion felix, Connection connection) {
        JsonNode endpoint = of(node);
        if (endpoint == null) {
            return new Verdict("", true, false);
        }
        String name = Json.text(endpoint, "metadata", "name");
        boolean every = Json.text(endpoint, "spec", "interfaceName").equals("*");
        if ((every && !felix.atLeast(3, 14)) || Failsafe.lets(connection, felix, felixSpec)) {
            return new Verdict(name, true, false);
        }
        return byPolicy(endpoint, name, connection);
    }

    private Verdict byPolicy(JsonNode endpoint, String name, Connection connection) {
        Map<String, String> labels = labels(endpoint);
        boolean selected = false;
        boolean logged = false;
        for (JsonNode policy : policies) {
            JsonNode spec = policy.path("spec");
            if (!applies(spec, connection) || !matches(spec.path("selector").asText(""), labels)) {
                continue;
            }
            selected = true;
            for (JsonNode rule : spec.path(connection.direction())) {
                if (!RuleMatch.matches(rule, connection, this::peerMatches)) {
                    continue;
                }
                switch (rule.path("action").asText()) {
                    case "Log" -> logged = true;
                    case "Allow" -> {
                        return new Verdict(name, true, logged);
                    }
                    case "Deny" -> {
                        return new Verdict(name, false, logged);
                    }
                    default -> {
                        return new Verdict(name, profileAllows(endpoint), logged);
                    }
                }
            }
        }
        return new Verdict(name, !selected && profileAllows(endpoint), logged);
    }

    private static boolean matches(String selector, Map<String, String> labels) {
        try {
            return Selector.of(selector).test(labels);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean applies(JsonNode spec, Connection connection) {
        if (spec.path("preDNAT").asBoolean() || spec.path("doNotTrack").asBoolean()) {
            return false;
        }
        JsonNode types = spec.path("types");
        if (types.isEmpty()) {
            return connection.inbound() ? !spec.has("egress") || spec.has("ingress") : spec.has("egress");
        }
        for (JsonNode type : types) {
            if (type.asText().equalsIgnoreCase(connection.direction())) {
                return true;
            }
        }
        return false;
    }

    private static boolean profileAllows(JsonNode endpoint) {
        for (JsonNode profile : endpoint.path("spec").path("profiles")) {
            if (profile.asText().equals("projectcalico-default-allow")) {
                return true;
            }
        }
        return false;
    }

    /** Labels of an object of Calico: from v3.28 on those of its annotation win (facts 1.1). */
    static Map<String, String> labels(JsonNode object) {
        Map<String, String> labels = new LinkedHashMap<>(Labels.ofObject(object));
        String annotation = Json.at(object, "metadata", "annotations", "projectcalico.org/metadata")
                .asText("");
        if (!annotation.isEmpty()) {
            try {
                labels.putAll(Labels.of(Json.parse(annotation).path("labels")));
            } catch (IllegalArgumentException expected) {
                // an annotation nobody can read says nothing
            }
        }
        return labels;
    }

    /** Whether an address belongs to a host endpoint or a network set that a selector selects. */
    private boolean peerMatches(String selector, String address) {
        for (JsonNode endpoint : endpoints) {
            for (JsonNode ip : endpoint.path("spec").path("expectedIPs")) {
                if (ip.asText().equals(address) && matches(selector, labels(endpoint))) {
                    return true;
                }
            }
        }
        for (JsonNode set : networkSets) {
            for (JsonNode net : set.path("spec").path("nets")) {
                if (RuleMatch.contains(net.asText(), address) && matches(selector, labels(set))) {
                    return true;
                }
            }
        }
        return false;
    }
}
