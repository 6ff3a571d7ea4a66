package io.calicofleet.verifier.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.address.Address;
import io.calicofleet.model.address.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a GlobalNetworkPolicy as Calico would, apart from the code that writes it. */
final class WrittenPolicy {

    private static final Pattern EQUAL = Pattern.compile("([A-Za-z0-9_./-]+) == '([^']*)'");

    private final JsonNode spec;
    private final List<Labelled> known;

    /**
     * What a selector of a rule can select: a network set, a host endpoint, a pod.
     *
     * @param namespaced whether it is in a namespace
     */
    record Labelled(boolean namespaced, Map<String, String> labels, List<String> nets) {}

    /** One whose rules meet these. */
    WrittenPolicy(JsonNode policy, List<Labelled> known) {
        this.known = List.copyOf(known);
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

    private boolean matches(JsonNode rule, Packet packet) {
        boolean incoming = packet.direction() == FlowDirection.INGRESS;
        JsonNode peer = rule.path(incoming ? "source" : "destination");
        JsonNode source = rule.path("source").path("nets");
        JsonNode destination = rule.path("destination").path("nets");
        JsonNode ports = rule.path("destination").path("ports");
        int version = rule.path("ipVersion").asInt(packet.peer().v6() ? 6 : 4);
        return rule.path("action").asText().equals("Allow")
                && (rule.path("protocol").isMissingNode()
                        || rule.path("protocol")
                                .asText()
                                .toLowerCase(Locale.ROOT)
                                .equals(packet.protocol()))
                && rule.path("icmp").isMissingNode()
                && version == (packet.peer().v6() ? 6 : 4)
                && (source.isMissingNode() || texts(source).stream().anyMatch(net -> contains(net, packet.source())))
                && (destination.isMissingNode()
                        || texts(destination).stream().anyMatch(net -> contains(net, packet.destination())))
                && ((!peer.has("selector") && !peer.has("namespaceSelector")) || isSelected(peer, packet.peer()))
                && (ports.isMissingNode() || texts(ports).stream().anyMatch(range -> contains(range, packet.port())));
    }

    private boolean isSelected(JsonNode peer, Address address) {
        assertThat(peer.path("namespaceSelector").asText("global()")).isEqualTo("global()");
        boolean global = peer.has("namespaceSelector");
        return known.stream()
                .filter(one -> !(global && one.namespaced()))
                .filter(one -> selects(peer.path("selector").asText(), one.labels()))
                .anyMatch(one -> one.nets().stream().anyMatch(net -> contains(net, address)));
    }

    private static boolean selects(String selector, Map<String, String> labels) {
        boolean all = true;
        for (String term : selector.split(" && ", -1)) {
            Matcher equal = EQUAL.matcher(term);
            assertThat(equal.matches()).as(selector).isTrue();
            all &= equal.group(2).equals(labels.get(equal.group(1)));
        }
        return all;
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
