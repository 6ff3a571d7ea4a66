package io.calicofleet.verifier.core.traffic;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.flow.FlowKey;
import io.calicofleet.model.felix.flow.PortRange;
import io.calicofleet.verifier.core.traffic.NetworkSets.NetworkSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules that would let through what was seen, once the temporary policy is gone:
 *
 * <ol>
 *   <li>every flow that needs a rule ({@link FlowUse}) becomes port and peers; its peers become all nodes, a pod network,
 *       a network set, or the network they are in;
 *   <li>ports with the same networks share a rule, as do ports with the same set; too many networks become "anyone";
 *   <li>the {@link MustHaves} follow, which no log can show, and the {@link OwnTraffic} of the hosts.
 * </ol>
 *
 * <p>Invariants: every flow that needs a rule is allowed by one; the review proves it flow by flow. A rule that is no
 * must-have lets through, at each of its ports, only whom its comment names, and somebody of each of them was seen there.
 *
 * @param rules in their order
 * @param sets the network sets that rules name
 */
record PolicySuggestion(List<PolicyRule> rules, List<String> sets) {

    /** A rule that would name more networks than these names none. */
    static final int MAX_NETS = 64;

    /** More are not listed in a comment. */
    private static final int LISTED = 5;

    PolicySuggestion {
        rules = List.copyOf(rules);
        sets = List.copyOf(sets);
    }

    static PolicySuggestion of(Collection<FlowKey> flows, Network network, FailsafePorts failsafe) {
        List<FlowKey> ruled = flows.stream().filter(FlowUse::isRuled).sorted().toList();
        Map<PortKey, Peers> peers = new TreeMap<>();
        Map<SetKey, OfSet> ofSets = new LinkedHashMap<>();
        for (FlowKey flow : ruled) {
            if (flow.isLocal()) {
                continue;
            }
            Network.Peer peer = network.peer(flow.peer());
            if (peer.set() == null) {
                peers.computeIfAbsent(PortKey.of(flow), key -> new Peers()).add(flow, peer);
            } else {
                ofSets.computeIfAbsent(SetKey.of(flow, peer.set()), key -> new OfSet())
                        .add(flow);
            }
        }
        List<PolicyRule> rules = new ArrayList<>(ofNetworks(peers));
        ofSets.forEach((key, use) -> rules.add(use.rule(key)));
        rules.addAll(MustHaves.of(network, failsafe));
        rules.addAll(OwnTraffic.rules(
                network, ruled.stream().filter(FlowKey::isLocal).toList()));
        rules.sort(Comparator.comparing(PolicyRule::direction));
        return new PolicySuggestion(
                rules,
                ofSets.keySet().stream()
                        .map(key -> key.set().name())
                        .distinct()
                        .sorted()
                        .toList());
    }

    boolean allows(FlowKey flow, Network network) {
        return rules.stream().anyMatch(rule -> rule.allows(flow, network.sets()));
    }

    private static List<PolicyRule> ofNetworks(Map<PortKey, Peers> peers) {
        Map<PeersKey, TreeSet<PortRange>> ports = new LinkedHashMap<>();
        Map<PeersKey, TreeSet<String>> allowed = new LinkedHashMap<>();
        peers.forEach((port, seen) -> {
            PeersKey key = new PeersKey(port, seen.simplified());
            allowed.computeIfAbsent(key, any -> new TreeSet<>()).addAll(seen.allowed());
            ports.computeIfAbsent(key, any -> new TreeSet<>()).addAll(ports(port.protocol(), port.ports()));
        });
        List<PolicyRule> rules = new ArrayList<>();
        ports.forEach((key, ranges) -> {
            List<String> comments = new ArrayList<>(List.of("seen in the log; allowed:"));
            allowed.getOrDefault(key, new TreeSet<>()).forEach(who -> comments.add("- " + who));
            ofPorts(key.protocol(), ranges).forEach(comments::add);
            rules.add(new PolicyRule(
                    key.direction(),
                    key.protocol(),
                    key.v6(),
                    key.nets(),
                    Map.of(),
                    List.copyOf(ranges),
                    null,
                    comments));
        });
        return rules;
    }

    /** The kernel does not log the ports of SCTP, and a rule without ports is not taken everywhere: all there can be. */
    private static List<PortRange> ports(String protocol, PortRange seen) {
        if (seen.first() < 0) {
            return protocol.equals("sctp") ? List.of(new PortRange(1, PortRange.LAST)) : List.of();
        }
        return List.of(seen);
    }

    /** What a person has to know of ports that were not seen one by one. */
    private static Stream<String> ofPorts(String protocol, Collection<PortRange> ranges) {
        if (ranges.stream().allMatch(PortRange::isSingle)) {
            return Stream.of();
        }
        return Stream.of(
                protocol.equals("sctp")
                        ? "the kernel does not log ports of SCTP: all of them, narrow it"
                        : "so many ports of the same peer were seen that they are joined into ranges: narrow them");
    }

    /** The peers of one port that are in no network set. */
    private static final class Peers {

        private final TreeSet<Cidr> nets = new TreeSet<>();
        private final TreeSet<String> allowed = new TreeSet<>();

        void add(FlowKey flow, Network.Peer peer) {
            nets.addAll(peer.nets().isEmpty() ? List.of(any(flow.peer())) : peer.nets());
            allowed.add(peer.allowed());
        }

        Set<String> allowed() {
            return simplified().isEmpty() && nets.stream().noneMatch(Cidr::isAny)
                    ? Set.of("anyone, for the networks of who was seen are more than " + MAX_NETS)
                    : allowed;
        }

        /** Without networks that others contain; empty where anyone is meant. */
        List<Cidr> simplified() {
            List<Cidr> kept = nets.stream()
                    .filter(net -> nets.stream().noneMatch(other -> !other.equals(net) && other.contains(net)))
                    .collect(Collectors.toList());
            return kept.size() > MAX_NETS || kept.stream().anyMatch(Cidr::isAny) ? List.of() : kept;
        }

        private static Cidr any(Cidr peer) {
            return peer.base().v6() ? Cidr.ANY_V6 : Cidr.ANY_V4;
        }
    }

    /** What was seen of one network set. */
    private static final class OfSet {

        private final TreeSet<PortRange> ports = new TreeSet<>();
        private final TreeSet<Cidr> seen = new TreeSet<>();

        void add(FlowKey flow) {
            seen.add(flow.peer());
            ports.addAll(PolicySuggestion.ports(flow.protocol(), flow.ports()));
        }

        PolicyRule rule(SetKey key) {
            return new PolicyRule(
                    key.direction(),
                    key.protocol(),
                    key.v6(),
                    List.of(),
                    key.set().selector(),
                    List.copyOf(ports),
                    null,
                    Stream.concat(
                                    Stream.of(
                                            "seen in the log; allowed:",
                                            "- all of network set " + key.set().name() + ", now and as it changes: "
                                                    + some(key.set().nets()),
                                            "  seen of it: " + some(List.copyOf(seen))),
                                    ofPorts(key.protocol(), ports))
                            .toList());
        }

        private static String some(List<Cidr> nets) {
            String first = String.join(
                    ", ", nets.stream().limit(LISTED).map(Cidr::toString).toList());
            return nets.size() > LISTED ? first + " and " + (nets.size() - LISTED) + " more" : first;
        }
    }

    private record PortKey(FlowDirection direction, String protocol, boolean v6, PortRange ports)
            implements Comparable<PortKey> {

        private static final Comparator<PortKey> ORDER = Comparator.comparing(PortKey::direction)
                .thenComparing(PortKey::protocol)
                .thenComparing(PortKey::v6)
                .thenComparing(PortKey::ports);

        static PortKey of(FlowKey flow) {
            return new PortKey(
                    flow.direction(), flow.protocol(), flow.peer().base().v6(), flow.ports());
        }

        @Override
        public int compareTo(PortKey other) {
            return ORDER.compare(this, other);
        }
    }

    /** Whether it has ports is part of it: a rule without any would allow all. */
    private record PeersKey(FlowDirection direction, String protocol, boolean v6, boolean hasPorts, List<Cidr> nets) {

        PeersKey(PortKey key, List<Cidr> nets) {
            this(key.direction(), key.protocol(), key.v6(), key.ports().first() >= 0, nets);
        }
    }

    private record SetKey(FlowDirection direction, String protocol, boolean v6, boolean hasPorts, NetworkSet set) {

        SetKey {
            requireNonNull(set, "set");
        }

        static SetKey of(FlowKey flow, NetworkSet set) {
            return new SetKey(
                    flow.direction(), flow.protocol(), flow.peer().base().v6(), flow.hasPorts(), set);
        }
    }
}
