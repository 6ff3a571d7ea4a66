package io.calicofleet.model.felix.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.object.Entity;
import io.calicofleet.model.felix.object.HostEndpointObject;
import io.calicofleet.model.felix.object.PolicyObject;
import io.calicofleet.model.felix.object.Port;
import io.calicofleet.model.felix.object.ProfileObject;
import io.calicofleet.model.felix.object.Protocol;
import io.calicofleet.model.felix.object.Rule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * New connections of every kind that the rules of some resources tell apart: one of each protocol and range of ports that all
 * of them treat alike, and addresses of each network they name.
 *
 * <p>Not told apart are the endpoints of services, which rules name without their ports.
 */
public final class Probes {

    private static final int LAST_PORT = 0xffff;
    private static final int LAST_PROTOCOL = 0xff;
    private static final int LAST_TYPE = 0xff;
    private static final int ECHO_REQUEST = 8;

    private final List<Kind> kinds = new ArrayList<>();
    private final Set<Cidr> remotes = new TreeSet<>();

    /**
     * What a probe stands for.
     *
     * @param protocol the number of its protocol
     * @param port the destination port; {@link Flow#NONE} where the protocol has none
     * @param type the type of ICMP; {@link Flow#NONE} where it is another protocol
     * @param name for people, such as {@code tcp 1-79}
     */
    public record Kind(int protocol, int port, int type, String name) {

        private boolean isOf(boolean v6) {
            return protocol == Protocol.ICMP ? !v6 : protocol != Protocol.ICMPV6 || v6;
        }

        private Flow flow(boolean inbound, Optional<Cidr> local, Optional<Cidr> remote) {
            return new Flow(inbound, protocol, port, port == Flow.NONE ? Flow.NONE : Flow.ANY, type, local, remote);
        }
    }

    /**
     * A connection, and what it stands for.
     *
     * @param kind what it stands for
     * @param flow the connection
     */
    public record Probe(Kind kind, Flow flow) {}

    /** Those of some states of the same cluster. */
    public Probes(Collection<Resources> states) {
        List<Rule> rules = new ArrayList<>();
        Set<Integer> ports = new TreeSet<>(Set.of(1));
        for (Resources state : states) {
            for (JsonNode object : state.policies()) {
                PolicyObject policy = PolicyObject.of(object);
                rules.addAll(policy.ingress());
                rules.addAll(policy.egress());
            }
            for (JsonNode object : state.profiles()) {
                ProfileObject profile = ProfileObject.of(object);
                rules.addAll(profile.ingress());
                rules.addAll(profile.egress());
            }
            state.hostEndpoints().stream()
                    .flatMap(endpoint -> HostEndpointObject.of(endpoint).ports().stream())
                    .forEach(port -> add(ports, port.port(), port.port()));
        }
        Set<Integer> protocols = new TreeSet<>();
        Set<Integer> types = new TreeSet<>(Set.of(ECHO_REQUEST));
        for (Rule rule : rules) {
            Stream.of(Optional.ofNullable(rule.protocol()), Optional.ofNullable(rule.notProtocol()))
                    .flatMap(Optional::stream)
                    .forEach(protocol -> protocols.add(protocol.number()));
            Stream.of(Optional.ofNullable(rule.icmp()), Optional.ofNullable(rule.notIcmp()))
                    .flatMap(Optional::stream)
                    .map(Rule.Icmp::type)
                    .forEach(type -> Optional.ofNullable(type).ifPresent(types::add));
            for (Entity entity : List.of(rule.source(), rule.destination())) {
                Stream.concat(entity.ports().stream(), entity.notPorts().stream())
                        .filter(port -> !port.isNamed())
                        .forEach(port -> add(ports, port));
                Stream.concat(entity.nets().stream(), entity.notNets().stream())
                        .flatMap(text -> Optional.ofNullable(Cidr.parse(text)).stream())
                        .map(net -> Cidr.single(net.base()))
                        .forEach(remotes::add);
            }
        }
        first(types, LAST_TYPE).ifPresent(types::add);
        first(protocols, LAST_PROTOCOL).ifPresent(protocols::add);
        protocols.addAll(List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP, Protocol.ICMP, Protocol.ICMPV6));
        protocols.stream().filter(number -> number > 0).forEach(number -> kinds(number, ports, types));
    }

    private static void add(Set<Integer> ports, Port port) {
        add(ports, port.first(), port.last());
    }

    private static void add(Set<Integer> ports, int first, int last) {
        Stream.of(first, last + 1).filter(port -> port > 0 && port <= LAST_PORT).forEach(ports::add);
    }

    /** The highest number that is not among these and none of those that have a name. */
    private static Optional<Integer> first(Set<Integer> known, int last) {
        return Stream.iterate(last, number -> number > 0, number -> number - 1)
                .filter(number -> !known.contains(number))
                .findFirst();
    }

    private void kinds(int protocol, Set<Integer> ports, Set<Integer> types) {
        String name = new Protocol("", protocol).key();
        if (protocol == Protocol.ICMP || protocol == Protocol.ICMPV6) {
            types.forEach(type -> kinds.add(new Kind(protocol, Flow.NONE, type, name + " type " + type)));
            return;
        }
        if (!new Protocol("", protocol).hasPorts()) {
            kinds.add(new Kind(
                    protocol, Flow.NONE, Flow.NONE, name.equals(String.valueOf(protocol)) ? "protocol " + name : name));
            return;
        }
        List<Integer> starts = List.copyOf(new TreeSet<>(ports));
        for (int i = 0; i < starts.size(); i++) {
            int first = starts.get(i);
            int last = i + 1 < starts.size() ? starts.get(i + 1) - 1 : LAST_PORT;
            kinds.add(new Kind(protocol, first, Flow.NONE, name + " " + first + (first == last ? "" : "-" + last)));
        }
    }

    /** An address of each network that rules name. */
    public Set<Cidr> remotes() {
        return remotes;
    }

    /** A connection of each kind there can be between these; of anyone where {@code remote} is empty. */
    public List<Probe> between(boolean inbound, Optional<Cidr> local, Optional<Cidr> remote) {
        boolean v6 = local.or(() -> remote).filter(Cidr::v6).isPresent();
        return kinds.stream()
                .filter(kind -> kind.isOf(v6))
                .map(kind -> new Probe(kind, kind.flow(inbound, local, remote)))
                .toList();
    }
}
