package io.calicofleet.planner.core.review;

import static java.util.stream.Collectors.joining;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.event.FlowSummary;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.flow.AllowedFlows;
import io.calicofleet.model.felix.flow.FlowKey;
import io.calicofleet.model.felix.flow.PortRange;
import io.calicofleet.model.felix.object.Entity;
import io.calicofleet.model.felix.object.PolicyObject;
import io.calicofleet.model.felix.object.Port;
import io.calicofleet.model.felix.object.Protocol;
import io.calicofleet.model.felix.object.Rule;
import io.calicofleet.model.felix.validation.Validation;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An edited policy, held against the suggested one. That lets through all that was seen and what must be possible, so what the edited one
 * does not let through of it would be cut. Nothing is asked and nothing written; what cannot be decided is told as cut.
 *
 * @param refusals why it cannot be put in place, a sentence each
 * @param cut what the suggested policy lets through and this one does not, or not all of, a line each
 * @param notes what was not looked at
 */
public record EditedPolicy(List<String> refusals, List<String> cut, List<String> notes) {

    private static final int LISTED = 5;

    public EditedPolicy {
        refusals = List.copyOf(refusals);
        cut = List.copyOf(cut);
        notes = List.copyOf(notes);
    }

    /** One that cannot be read. */
    public static EditedPolicy unreadable(String why) {
        return new EditedPolicy(List.of(why), List.of(), List.of());
    }

    /**
     * Holds one against the other.
     *
     * @param flows what was seen, to tell of what is cut how often it was
     * @param version the release that runs; null: not known
     */
    public static EditedPolicy of(
            PolicyObject suggested, PolicyObject edited, List<FlowSummary> flows, @Nullable CalicoVersion version) {
        String faults = new Validation(
                        version == null ? ReleaseTrait.HOST_ENDPOINTS_DENY_BY_DEFAULT.from() : version, true)
                .policy(edited)
                .why();
        if (!faults.isEmpty()) {
            return unreadable("Felix would not do what the policy says: " + faults + ".");
        }
        List<String> cut = new ArrayList<>();
        for (FlowDirection direction : List.of(FlowDirection.INGRESS, FlowDirection.EGRESS)) {
            cut.addAll(cut(suggested, edited, direction, flows));
        }
        return new EditedPolicy(List.of(), cut, notes(suggested, edited));
    }

    private static List<String> cut(
            PolicyObject suggested, PolicyObject edited, FlowDirection direction, List<FlowSummary> flows) {
        boolean inbound = direction == FlowDirection.INGRESS;
        Set<Rule> there = new HashSet<>(edited.rules(inbound));
        boolean denies = !edited.isAbout(inbound) || !there.stream().allMatch(EditedPolicy::letsGoOn);
        List<String> cut = new ArrayList<>();
        for (Rule rule : suggested.rules(inbound)) {
            if (there.contains(rule) && !denies) {
                continue;
            }
            AllowedFlows allowed = new AllowedFlows(List.of(widened(edited, rule, inbound)), AllowedFlows.Sets.UNKNOWN);
            // By what is talked on, who may not any more.
            Map<String, List<Cidr>> peers = new LinkedHashMap<>();
            flowsOf(rule, direction)
                    .filter(flow -> !allowed.contains(flow))
                    .forEach(flow -> peers.computeIfAbsent(what(flow, rule), key -> new ArrayList<>())
                            .add(flow.peer()));
            peers.forEach((what, who) -> cut.add(direction + " " + what + (inbound ? " from " : " to ")
                    + named(peer(rule, inbound), who) + seen(rule, direction, flows)));
        }
        return cut;
    }

    /** Whether nothing that comes after it is stopped by it. */
    private static boolean letsGoOn(Rule rule) {
        return List.of("", "allow", "log").contains(rule.action());
    }

    /** The policy, in which this rule lets through all that is asked of it: whom its selector selects, and of which type ICMP is, a flow does not tell. */
    private static PolicyObject widened(PolicyObject policy, Rule rule, boolean inbound) {
        UnaryOperator<List<Rule>> wide = rules ->
                rules.stream().map(one -> one.equals(rule) ? wide(one) : one).toList();
        return new PolicyObject(
                policy.kind(),
                policy.namespace(),
                policy.name(),
                policy.tier(),
                policy.order(),
                policy.selector(),
                policy.namespaceSelector(),
                policy.accountSelector(),
                policy.types(),
                inbound ? wide.apply(policy.ingress()) : policy.ingress(),
                inbound ? policy.egress() : wide.apply(policy.egress()),
                policy.doNotTrack(),
                policy.preDnat(),
                policy.applyOnForward(),
                policy.performanceHints(),
                policy.problems());
    }

    private static Rule wide(Rule rule) {
        return new Rule(
                rule.action(),
                rule.ipVersion(),
                rule.protocol(),
                rule.notProtocol(),
                null,
                null,
                wide(rule.source()),
                wide(rule.destination()),
                rule.annotations());
    }

    private static Entity wide(Entity entity) {
        return new Entity(
                entity.nets(),
                entity.notNets(),
                "",
                entity.notSelector(),
                "",
                entity.accountNames(),
                entity.accountSelector(),
                entity.ports(),
                entity.notPorts(),
                entity.service());
    }

    private static Entity peer(Rule rule, boolean inbound) {
        return inbound ? rule.source() : rule.destination();
    }

    /** All that the rule lets through, or more where it names a set or a type of ICMP. */
    private static Stream<FlowKey> flowsOf(Rule rule, FlowDirection direction) {
        boolean inbound = direction == FlowDirection.INGRESS;
        List<Cidr> named =
                (inbound ? rule.source().sourceNets() : rule.destination().destinationNets()).nets();
        List<Cidr> peers = named.isEmpty() ? anyone(rule) : named;
        Protocol protocol = rule.protocol();
        String key = protocol == null ? FlowKey.ANY : protocol.key();
        List<PortRange> ports = rule.destination().ports().isEmpty()
                ? List.of(FlowKey.NO_PORT)
                : rule.destination().ports().stream().map(EditedPolicy::range).toList();
        return peers.stream().flatMap(peer -> ports.stream().map(range -> new FlowKey(direction, key, range, peer)));
    }

    private static List<Cidr> anyone(Rule rule) {
        return Stream.of(Cidr.ANY_V4, Cidr.ANY_V6)
                .filter(any -> rule.isFor(any.v6()))
                .toList();
    }

    private static PortRange range(Port port) {
        return port.isNamed() ? FlowKey.NO_PORT : new PortRange(port.first(), port.last());
    }

    private static String what(FlowKey flow, Rule rule) {
        if (flow.isLocal()) {
            return "a host to itself";
        }
        Rule.Icmp icmp = rule.icmp();
        return flow.protocol()
                + (flow.hasPorts() ? " " + flow.ports() : "")
                + (icmp == null || icmp.type() == null ? "" : " of type " + icmp.type());
    }

    private static String named(Entity entity, List<Cidr> peers) {
        if (!entity.selector().isBlank()) {
            return "the network set with " + entity.selector();
        }
        String first = peers.stream().limit(LISTED).map(Cidr::toString).collect(joining(", "));
        return peers.size() > LISTED ? first + " and " + (peers.size() - LISTED) + " more" : first;
    }

    /** How often traffic of the rule's kind was seen, whoever was at the other end. */
    private static String seen(Rule rule, FlowDirection direction, List<FlowSummary> flows) {
        Protocol protocol = rule.protocol();
        List<FlowSummary> kind = protocol == null
                ? List.of()
                : flows.stream()
                        .filter(flow -> flow.direction() == direction
                                && Protocol.of(flow.protocol()).number() == protocol.number()
                                && isOn(rule, flow.port()))
                        .toList();
        long packets = kind.stream().mapToLong(FlowSummary::packets).sum();
        return kind.isEmpty()
                ? ": not seen, but must be possible"
                : ": " + packets + (packets == 1 ? " packet" : " packets") + " of this kind seen, on "
                        + kind.stream()
                                .flatMap(flow -> flow.nodes().stream())
                                .distinct()
                                .limit(LISTED)
                                .collect(joining(", "));
    }

    private static boolean isOn(Rule rule, @Nullable Integer port) {
        List<Port> ports = rule.destination().ports();
        return port == null
                || ports.isEmpty()
                || ports.stream().anyMatch(range -> range.first() <= port && port <= range.last());
    }

    /** Whether it is still about the same endpoints at the same place is not judged here. */
    private static List<String> notes(PolicyObject suggested, PolicyObject edited) {
        List<String> unlike = new ArrayList<>();
        unlike(
                unlike,
                "selector",
                suggested.selector().strip(),
                edited.selector().strip());
        unlike(unlike, "tier", suggested.tier(), edited.tier());
        unlike(unlike, "order", suggested.order(), edited.order());
        unlike(unlike, "doNotTrack", suggested.doNotTrack(), edited.doNotTrack());
        unlike(unlike, "preDNAT", suggested.preDnat(), edited.preDnat());
        unlike(unlike, "applyOnForward", suggested.applyOnForward(), edited.applyOnForward());
        return unlike;
    }

    private static void unlike(List<String> notes, String field, @Nullable Object suggested, @Nullable Object edited) {
        if (!Objects.equals(suggested, edited)) {
            notes.add("Its " + field + " is another than that of the suggested policy: what that changes is not looked"
                    + " at here, only by the guard before the temporary policy goes.");
        }
    }
}
