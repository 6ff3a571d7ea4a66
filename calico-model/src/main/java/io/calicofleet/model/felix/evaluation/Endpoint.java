package io.calicofleet.model.felix.evaluation;

import static java.util.Objects.requireNonNull;

import io.calicofleet.model.address.Address;
import io.calicofleet.model.felix.object.HostEndpointObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A host endpoint, with what policies select it by.
 *
 * @param name its name
 * @param node its node
 * @param interfaceName its interface; {@code *}: all; empty: the one with its addresses
 * @param labels its labels and those its profiles add
 * @param profiles the names of its profiles, in their order
 * @param addresses what it says its addresses are
 * @param namedPorts its ports that have names
 */
public record Endpoint(
        String name,
        String node,
        String interfaceName,
        Map<String, String> labels,
        List<String> profiles,
        List<Address> addresses,
        Set<NamedPort> namedPorts) {

    /**
     * A port with a name.
     *
     * @param name its name
     * @param protocol the number of its protocol
     * @param port the port
     */
    public record NamedPort(String name, int protocol, int port) {}

    public Endpoint {
        requireNonNull(name, "name");
        requireNonNull(node, "node");
        requireNonNull(interfaceName, "interfaceName");
        labels = Map.copyOf(labels);
        profiles = List.copyOf(profiles);
        addresses = List.copyOf(addresses);
        namedPorts = Set.copyOf(namedPorts);
    }

    static Endpoint of(HostEndpointObject object, Profiles profiles) {
        Map<String, String> labels = new HashMap<>(profiles.labelsOf(object.profiles()));
        labels.putAll(object.labels());
        return new Endpoint(
                object.name(),
                object.node(),
                object.interfaceName(),
                labels,
                object.profiles(),
                object.addresses(),
                object.ports().stream()
                        .map(port -> new NamedPort(
                                port.name(),
                                Objects.requireNonNull(port.protocol()).number(),
                                port.port()))
                        .collect(Collectors.toSet()));
    }

    /** Whether it is for all interfaces. */
    public boolean star() {
        return interfaceName.equals("*");
    }

    /** Whether it says that the address is its own. */
    public boolean hasAddress(Address address) {
        return addresses.contains(address);
    }

    boolean hasNamedPort(String wanted, Flow flow) {
        return namedPorts.contains(new NamedPort(wanted, flow.protocol(), flow.port()));
    }

    boolean hasNamedClientPort(String wanted, Flow flow) {
        return namedPorts.contains(new NamedPort(wanted, flow.protocol(), flow.clientPort()));
    }
}
