package io.calicofleet.verifier.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.FlowDirection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads a GlobalNetworkPolicy as Calico would, apart from the code that writes it. */
final class WrittenPolicy {

    private final JsonNode spec;

    WrittenPolicy(JsonNode policy) {
        assertThat(policy.path("apiVersion").asText()).isEqualTo("projectcalico.org/v3");
        assertThat(policy.path("kind").asText()).isEqualTo("GlobalNetworkPolicy");
        assertThat(policy.path("metadata").path("name").asText()).isEqualTo("calico-fleet-host-endpoints");
        spec = policy.path("spec");
        assertThat(spec.path("selector").asText()).isEqualTo("has(calico-fleet.io/host-endpoint)");
        assertThat(texts(spec.path("types"))).containsExactly("Ingress", "Egress");
    }

    boolean allows(Packet packet) {
        JsonNode rules = spec.path(packet.direction().encode());
        for (JsonNode rule : rules) {
            if (matches(rule, packet)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(JsonNode rule, Packet packet) {
        boolean incoming = packet.direction() == FlowDirection.INGRESS;
        JsonNode nets = rule.path(incoming ? "source" : "destination").path("nets");
        JsonNode ports = rule.path("destination").path("ports");
        int version = rule.path("ipVersion").asInt(packet.peer().v6() ? 6 : 4);
        return rule.path("action").asText().equals("Allow")
                && rule.path("protocol").asText().toLowerCase(Locale.ROOT).equals(packet.protocol())
                && version == (packet.peer().v6() ? 6 : 4)
                && (nets.isMissingNode() || texts(nets).stream().anyMatch(net -> contains(net, packet.peer())))
                && (ports.isMissingNode() || texts(ports).stream().anyMatch(range -> contains(range, packet.port())));
    }

    private static boolean contains(String net, Address address) {
        Cidr cidr = Cidr.parse(net);
        assertThat(cidr).as(net).isNotNull();
        return cidr.contains(address.network(128));
    }

    private static boolean contains(String range, int port) {
        String[] ends = range.split(":", -1);
        return port >= Integer.parseInt(ends[0]) && port <= Integer.parseInt(ends[ends.length - 1]);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(node -> texts.add(node.asText()));
        return texts;
    }
}
