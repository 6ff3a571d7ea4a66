package io.calicofleet.model.felix.flow;

import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.object.Entity;
import io.calicofleet.model.felix.object.Nets;
import io.calicofleet.model.felix.object.PolicyObject;
import io.calicofleet.model.felix.object.Port;
import io.calicofleet.model.felix.object.Protocol;
import io.calicofleet.model.felix.object.Rule;
import io.calicofleet.model.selector.Selector;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which flows policies let through, whoever wrote them. A flow stands for many packets, so what allows only some of them, or
 * what cannot be decided from a log, such as a named port or a selector of pods, allows none: a person is rather asked once
 * more.
 */
public final class AllowedFlows {

    /** The network sets of a cluster. */
    @FunctionalInterface
    public interface Sets {

        /** Where nothing is known of them: a selector selects nothing. */
        Sets UNKNOWN = (selector, peer) -> false;

        /** Whether one that a selector of labels selects has all of {@code peer}. */
        boolean selects(Predicate<Map<String, String>> selector, Cidr peer);
    }

    private static final PortRange ALL_PORTS = new PortRange(1, PortRange.LAST);

    private final List<PolicyObject> policies;
    private final Sets sets;

    /**
     * What policies allow.
     *
     * @param policies each for itself: a flow has to be allowed by one of them
     * @param sets what a selector of a rule may select
     */
    public AllowedFlows(Collection<PolicyObject> policies, Sets sets) {
        this.policies = List.copyOf(policies);
        this.sets = sets;
    }

    /** Whether one of the policies lets through all of {@code flow}. */
    public boolean contains(FlowKey flow) {
        return policies.stream().anyMatch(policy -> allows(policy, flow));
    }

    private boolean allows(PolicyObject policy, FlowKey flow) {
        boolean inbound = flow.direction() == FlowDirection.INGRESS;
        if (!policy.isAbout(inbound) || !policy.problems().isEmpty()) {
            return false;
        }
        for (Rule rule : policy.rules(inbound)) {
            switch (rule.action()) {
                case "log" -> {}
                case "", "allow" -> {
                    if (isAll(rule, flow, inbound)) {
                        return true;
                    }
                }
                default -> {
                    if (!isNone(rule, flow, inbound)) {
                        return false;
                    }
                }
            }
        }
        return false;
    }

    /** Whether the rule matches every packet of the flow. */
    private boolean isAll(Rule rule, FlowKey flow, boolean inbound) {
        Entity peer = inbound ? rule.source() : rule.destination();
        Entity own = inbound ? rule.destination() : rule.source();
        return rule.isFor(flow.peer().v6())
                && isOfProtocol(rule, flow)
                && rule.icmp() == null
                && rule.notIcmp() == null
                && isAny(own, flow, !inbound)
                && isPeer(peer, flow, inbound)
                && !rule.source().hasPorts()
                && rule.destination().notPorts().isEmpty()
                && hasPorts(rule.destination().ports(), flow);
    }

    private static boolean isOfProtocol(Rule rule, FlowKey flow) {
        if (flow.isLocal()) {
            return rule.protocol() == null && rule.notProtocol() == null;
        }
        int number = Protocol.of(flow.protocol()).number();
        return (rule.protocol() == null || rule.protocol().number() == number)
                && (rule.notProtocol() == null || rule.notProtocol().number() != number);
    }

    private static boolean hasPorts(List<Port> ports, FlowKey flow) {
        if (ports.isEmpty()) {
            return true;
        }
        PortRange seen = flow.hasPorts() ? flow.ports() : ALL_PORTS;
        return !flow.isLocal()
                && ports.stream()
                        .anyMatch(port -> !port.isNamed() && new PortRange(port.first(), port.last()).contains(seen));
    }

    /** Whether it does not matter which of its addresses the host uses; where it talks to itself, that is known. */
    private boolean isAny(Entity own, FlowKey flow, boolean source) {
        if (flow.isLocal()) {
            return isPeer(own, flow, source);
        }
        Nets nets = source ? own.sourceNets() : own.destinationNets();
        Cidr any = flow.peer().v6() ? Cidr.ANY_V6 : Cidr.ANY_V4;
        return isPlain(own)
                && own.selector().isBlank()
                && own.namespaceSelector().isBlank()
                && own.notNets().isEmpty()
                && (nets.isEmpty() || nets.nets().contains(any));
    }

    private boolean isPeer(Entity peer, FlowKey flow, boolean source) {
        Nets nets = source ? peer.sourceNets() : peer.destinationNets();
        Nets notNets = source ? peer.sourceNotNets() : peer.destinationNotNets();
        return isPlain(peer)
                && (nets.isEmpty() || nets.nets().stream().anyMatch(net -> net.contains(flow.peer())))
                && !notNets.nothing()
                && notNets.nets().stream().noneMatch(net -> overlap(net, flow.peer()))
                && isSelected(peer, flow.peer());
    }

    private static boolean isPlain(Entity entity) {
        return entity.notSelector().isBlank()
                && entity.accountNames().isEmpty()
                && entity.accountSelector().isBlank()
                && entity.service() == null;
    }

    private boolean isSelected(Entity entity, Cidr peer) {
        if (entity.selector().isBlank()) {
            return entity.namespaceSelector().isBlank();
        }
        Set<String> global = Set.of("", "global()");
        try {
            Selector selector = Selector.parse(entity.selector());
            return global.contains(entity.namespaceSelector().strip()) && sets.selects(selector::matches, peer);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether the rule matches no packet of the flow for sure. */
    private static boolean isNone(Rule rule, FlowKey flow, boolean inbound) {
        Entity peer = inbound ? rule.source() : rule.destination();
        Nets nets = inbound ? peer.sourceNets() : peer.destinationNets();
        int number = Protocol.of(flow.protocol()).number();
        boolean otherProtocol = !flow.isLocal()
                && ((rule.protocol() != null && rule.protocol().number() != number)
                        || (rule.notProtocol() != null && rule.notProtocol().number() == number));
        boolean otherPeer = !nets.isEmpty() && nets.nets().stream().noneMatch(net -> overlap(net, flow.peer()));
        boolean otherPorts = flow.hasPorts()
                && !rule.destination().ports().isEmpty()
                && rule.destination().ports().stream()
                        .noneMatch(port -> port.isNamed()
                                || (port.first() <= flow.ports().last()
                                        && port.last() >= flow.ports().first()));
        return !rule.isFor(flow.peer().v6()) || otherProtocol || otherPeer || otherPorts;
    }

    private static boolean overlap(Cidr one, Cidr other) {
        return one.contains(other) || other.contains(one);
    }
}
