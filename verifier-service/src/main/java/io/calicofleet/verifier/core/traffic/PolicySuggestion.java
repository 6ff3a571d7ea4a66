package io.calicofleet.verifier.core.traffic;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FlowDirection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rules that would let through what was seen, once the temporary policy is gone:
 *
 * <ol>
 *   <li>every flow that needs a rule ({@link FlowUse}) becomes port and peers; its peers become all nodes, a pod network,
 *       or the network they are in;
 *   <li>ports with the same peers share a rule; too many networks become "anyone";
 *   <li>the {@link MustHaves} follow, which no log can show.
 * </ol>
 *
 * <p>Invariant: every flow that needs a rule is allowed by one; {@link #uncovered()} proves it flow by flow.
 *
 * @param rules in their order
 * @param uncovered flows that needed a rule and are allowed by none; anything but empty is a bug, and is shown
 */
record PolicySuggestion(List<PolicyRule> rules, List<FlowKey> uncovered) {

    /** A rule that would name more networks than these names none. */
    private static final int MAX_NETS = 64;

    PolicySuggestion {
        rules = List.copyOf(rules);
        uncovered = List.copyOf(uncovered);
    }

    static PolicySuggestion of(Collection<FlowKey> flows, Network network, @Nullable CalicoVersion version) {
        List<FlowKey> ruled = flows.stream()
                .filter(flow -> FlowUse.of(flow, version) == FlowUse.RULE)
                .sorted()
                .toList();
        Map<PortKey, TreeSet<Cidr>> peers = new TreeMap<>();
        for (FlowKey flow : ruled) {
            TreeSet<Cidr> nets = peers.computeIfAbsent(PortKey.of(flow), key -> new TreeSet<>());
            Network.Peer peer = network.peer(flow.peer());
            nets.addAll(peer.nets().isEmpty() ? List.of(any(flow.peer())) : peer.nets());
        }
        Map<PeersKey, TreeSet<PortRange>> ports = new LinkedHashMap<>();
        peers.forEach((key, nets) -> {
            TreeSet<PortRange> shared =
                    ports.computeIfAbsent(new PeersKey(key, simplified(nets)), peersKey -> new TreeSet<>());
            if (key.port() >= 0) {
                shared.add(PortRange.of(key.port()));
            }
        });
        List<PolicyRule> rules = new ArrayList<>();
        ports.forEach((key, ranges) -> rules.add(new PolicyRule(
                key.direction(), key.protocol(), key.v6(), key.nets(), List.copyOf(ranges), "seen in the log")));
        rules.addAll(MustHaves.of(network));
        rules.sort(Comparator.comparing(PolicyRule::direction));
        return new PolicySuggestion(
                rules,
                ruled.stream()
                        .filter(flow -> rules.stream().noneMatch(rule -> rule.allows(flow)))
                        .toList());
    }

    boolean allows(FlowKey flow) {
        return rules.stream().anyMatch(rule -> rule.allows(flow));
    }

    /** Without networks that others contain; empty where anyone is meant. */
    private static List<Cidr> simplified(TreeSet<Cidr> nets) {
        List<Cidr> kept = nets.stream()
                .filter(net -> nets.stream().noneMatch(other -> !other.equals(net) && other.contains(net)))
                .collect(Collectors.toList());
        return kept.size() > MAX_NETS || kept.stream().anyMatch(Cidr::isAny) ? List.of() : kept;
    }

    private static Cidr any(Cidr peer) {
        return peer.base().v6() ? Cidr.ANY_V6 : Cidr.ANY_V4;
    }

    private record PortKey(FlowDirection direction, String protocol, boolean v6, int port)
            implements Comparable<PortKey> {

        private static final Comparator<PortKey> ORDER = Comparator.comparing(PortKey::direction)
                .thenComparing(PortKey::protocol)
                .thenComparing(PortKey::v6)
                .thenComparingInt(PortKey::port);

        static PortKey of(FlowKey flow) {
            return new PortKey(
                    flow.direction(), flow.protocol(), flow.peer().base().v6(), flow.port());
        }

        @Override
        public int compareTo(PortKey other) {
            return ORDER.compare(this, other);
        }
    }

    /** Whether it has ports is part of it: a rule without any would allow all. */
    private record PeersKey(FlowDirection direction, String protocol, boolean v6, boolean hasPorts, List<Cidr> nets) {

        PeersKey(PortKey key, List<Cidr> nets) {
            this(key.direction(), key.protocol(), key.v6(), key.port() >= 0, nets);
        }
    }
}
