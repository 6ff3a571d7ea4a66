package io.calicofleet.simulator.kubernetes.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the parts of Endpoints and EndpointSlices ask of each other. */
final class EndpointRules {

    private EndpointRules() {}

    static void subset(JsonNode subset, String at, List<Problem> problems) {
        if (subset.path("addresses").isEmpty()
                && subset.path("notReadyAddresses").isEmpty()) {
            problems.add(Problem.required(at, "must specify `addresses` or `notReadyAddresses`"));
        }
        JsonNode ports = subset.path("ports");
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            long number = port.path("port").asLong();
            if (number < 1 || number > 65_535) {
                problems.add(Problem.invalid(
                        at + ".ports[" + i + "].port",
                        port.has("port") ? port.path("port") : IntNode.valueOf(0),
                        "must be between 1 and 65535, inclusive"));
            }
            if (ports.size() > 1 && port.path("name").asText("").isEmpty()) {
                problems.add(Problem.required(at + ".ports[" + i + "].name", ""));
            }
        }
    }

    static void slice(JsonNode slice, List<Problem> problems) {
        String type = slice.path("addressType").asText("");
        for (int i = 0; i < slice.path("endpoints").size(); i++) {
            JsonNode addresses = slice.path("endpoints").get(i).path("addresses");
            for (int j = 0; j < addresses.size(); j++) {
                String address = addresses.get(j).asText();
                String at = "endpoints[" + i + "].addresses[" + j + "]";
                List<String> wrong = switch (type) {
                    case "IPv4", "IPv6" -> Networks.ip(address);
                    case "FQDN" -> Names.subdomain(address);
                    default -> List.of();
                };
                wrong.forEach(why -> problems.add(Problem.invalid(at, address, why)));
            }
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < slice.path("ports").size(); i++) {
            JsonNode name = slice.path("ports").get(i).path("name");
            if (!names.add(name.asText(""))) {
                problems.add(Problem.duplicate("ports[" + i + "].name", name));
            }
        }
    }
}
