package io.calicofleet.model.felix.object;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.address.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A HostEndpoint, read but not yet judged.
 *
 * @param name its name
 * @param node its node
 * @param interfaceName its interface; {@code *}: all; empty: the one with its addresses
 * @param labels its labels
 * @param profiles the names of its profiles, in their order
 * @param expectedIps what it says its addresses are
 * @param ports its ports that have names
 * @param problems what cannot be read, which makes Felix leave it out; none: it is all read
 */
public record HostEndpointObject(
        String name,
        String node,
        String interfaceName,
        Map<String, String> labels,
        List<String> profiles,
        List<String> expectedIps,
        List<NamedPort> ports,
        List<String> problems) {

    /** A port with a name; 0: not said. */
    public record NamedPort(String name, @Nullable Protocol protocol, int port) {
        public NamedPort {
            requireNonNull(name, "name");
        }
    }

    public HostEndpointObject {
        requireNonNull(name, "name");
        requireNonNull(node, "node");
        requireNonNull(interfaceName, "interfaceName");
        labels = Map.copyOf(labels);
        profiles = List.copyOf(profiles);
        expectedIps = List.copyOf(expectedIps);
        ports = List.copyOf(ports);
        problems = List.copyOf(problems);
    }

    /** Reads Calico's v3 resource. */
    public static HostEndpointObject of(JsonNode object) {
        List<String> problems = new ArrayList<>();
        Fields fields = Fields.of(object, problems);
        Fields metadata = fields.metadata();
        Fields spec = fields.object("spec");
        return new HostEndpointObject(
                metadata.text("name"),
                spec.text("node"),
                spec.text("interfaceName"),
                metadata.labels("labels"),
                spec.texts("profiles"),
                spec.texts("expectedIPs"),
                spec.objects(
                        "ports",
                        port -> new NamedPort(port.text("name"), port.protocol("protocol"), port.port("port"))),
                problems);
    }

    /** Whether it is for all interfaces. */
    public boolean isForAllInterfaces() {
        return interfaceName.equals("*");
    }

    /** Its addresses; what is none, as with a prefix, Felix leaves out (net.ParseIP). */
    public List<Address> addresses() {
        return expectedIps.stream().map(Address::parse).filter(Objects::nonNull).toList();
    }
}
