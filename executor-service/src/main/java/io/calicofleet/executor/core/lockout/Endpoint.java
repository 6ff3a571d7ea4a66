package io.calicofleet.executor.core.lockout;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.model.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A host endpoint, with what policies select it by.
 *
 * @param name its name
 * @param node its node
 * @param star whether it is for all interfaces
 * @param labels its labels and those its profiles add
 * @param profiles the names of its profiles, in their order
 * @param addresses what it says its addresses are
 * @param namedPorts its ports that have names, as name/protocol/port
 */
record Endpoint(
        String name,
        String node,
        boolean star,
        Map<String, String> labels,
        List<String> profiles,
        List<Net> addresses,
        Set<String> namedPorts) {

    Endpoint {
        requireNonNull(name, "name");
        requireNonNull(node, "node");
        labels = Map.copyOf(labels);
        profiles = List.copyOf(profiles);
        addresses = List.copyOf(addresses);
        namedPorts = Set.copyOf(namedPorts);
    }

    static Endpoint of(JsonNode object, Profiles profiles) {
        JsonNode spec = object.path("spec");
        List<String> names = Json.texts(spec.get("profiles"));
        Map<String, String> labels = profiles.labelsOf(names);
        labels.putAll(HostEndpoints.labels(object));
        return new Endpoint(
                object.at("/metadata/name").asText(),
                Json.text(spec, "node"),
                Json.text(spec, "interfaceName").equals("*"),
                labels,
                names,
                Json.texts(spec.get("expectedIPs")).stream()
                        .flatMap(text -> Net.parse(text).stream())
                        .toList(),
                Json.elements(spec.get("ports"))
                        .map(port -> namedPort(
                                Json.text(port, "name"),
                                Json.text(port, "protocol"),
                                port.path("port").asInt()))
                        .collect(Collectors.toSet()));
    }

    boolean hasAddress(Net address) {
        return addresses.stream().anyMatch(own -> own.contains(address));
    }

    boolean hasNamedPort(String name, Flow flow) {
        return namedPorts.contains(namedPort(name, flow.protocol(), flow.port()));
    }

    private static String namedPort(String name, String protocol, int port) {
        return name + "/" + Protocols.name(protocol) + "/" + port;
    }
}
