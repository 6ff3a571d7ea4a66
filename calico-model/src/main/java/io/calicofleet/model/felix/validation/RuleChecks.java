package io.calicofleet.model.felix.validation;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.object.Entity;
import io.calicofleet.model.felix.object.JoinedSelectors;
import io.calicofleet.model.felix.object.Port;
import io.calicofleet.model.felix.object.Protocol;
import io.calicofleet.model.felix.object.Rule;
import io.calicofleet.model.felix.object.Rule.Icmp;
import io.calicofleet.model.felix.validation.Assessment.Fault;
import io.calicofleet.model.felix.validation.Assessment.Kind;
import io.calicofleet.model.release.ReleaseTrait;
import io.calicofleet.model.selector.Selector;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What Felix's validation filter asks of a rule; one that fails takes its policy or profile with it
 * (felix/calc/validation_filter.go, libcalico-go/lib/validator/v1/validator.go, libcalico-go/lib/backend/model/rule.go).
 */
final class RuleChecks {

    private static final int LAST_ICMP_TYPE = 254;
    private static final int LAST_ICMP_CODE = 255;

    private final CalicoVersion version;
    private final String namespace;
    private final List<Fault> faults;

    RuleChecks(CalicoVersion version, String namespace, List<Fault> faults) {
        this.version = version;
        this.namespace = namespace;
        this.faults = faults;
    }

    /**
     * Checks the rules of a direction.
     *
     * @param used whether the chain they go into is used at all
     * @param v6 whether Felix has IPv6 on
     */
    void check(String direction, List<Rule> rules, boolean used, boolean v6) {
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            boolean first = i == 0;
            String named = direction + " rule " + (i + 1) + " ";
            protocols(named, rule);
            icmp(named, rule.icmp());
            icmp(named, rule.notIcmp());
            entity(named + "source ", rule.source(), rule.protocol());
            entity(named + "destination ", rule.destination(), rule.protocol());
            left(named + "source ", rule.source(), true);
            left(named + "destination ", rule.destination(), false);
            Stream.of(false, true)
                    .filter(six -> !six || v6)
                    .flatMap(six -> Poison.of(rule, six, first, version).stream())
                    .filter(poison -> used || poison.always() || !ReleaseTrait.UNUSED_CHAINS_LEFT_OUT.isIn(version))
                    .forEach(poison -> faults.add(new Fault(Kind.POISON, false, named + poison.why())));
        }
    }

    private void protocols(String named, Rule rule) {
        if (rule.ipVersion() != null && rule.ipVersion() != 4 && rule.ipVersion() != 6) {
            drop(named + "has ipVersion " + rule.ipVersion() + ", which is neither 4 nor 6");
        }
        for (Protocol protocol : new @Nullable Protocol[] {rule.protocol(), rule.notProtocol()}) {
            if (protocol != null && !protocol.isKnown()) {
                drop(named + "has a protocol that Felix does not know: "
                        + (protocol.name().isEmpty() ? "'" + protocol.number() + "'" : "'" + protocol.name() + "'"));
            }
        }
    }

    private void icmp(String named, @Nullable Icmp icmp) {
        if (icmp != null && isOutside(icmp.type(), LAST_ICMP_TYPE)) {
            drop(named + "has a type of ICMP that is not 0 to " + LAST_ICMP_TYPE);
        }
        if (icmp != null && isOutside(icmp.code(), LAST_ICMP_CODE)) {
            drop(named + "has a code of ICMP that is not 0 to " + LAST_ICMP_CODE);
        }
    }

    private static boolean isOutside(@Nullable Integer number, int last) {
        return number != null && (number < 0 || number > last);
    }

    private void entity(String named, Entity entity, @Nullable Protocol protocol) {
        Stream.concat(entity.ports().stream(), entity.notPorts().stream())
                .filter(port -> !port.isTaken())
                .forEach(port -> drop(named
                        + (port.isNamed()
                                ? "has '" + port.name() + "' for a port, which is no name of a port"
                                : "has port 0")));
        boolean mayHavePorts = protocol == null ? onlyNamed(entity) : protocol.hasPorts();
        if (entity.hasPorts() && !mayHavePorts) {
            drop(named + "has ports, but its protocol is "
                    + (protocol == null ? "not given" : protocol.toString())
                    + " and not TCP, UDP or SCTP");
        }
        for (String selector : List.of(
                entity.selector(),
                entity.notSelector(),
                entity.namespaceSelector(),
                entity.accountSelector(),
                JoinedSelectors.ofEntity(entity, namespace, version))) {
            unreadable(named, selector, true);
        }
    }

    /** Later, ports with names need no protocol. */
    private boolean onlyNamed(Entity entity) {
        return ReleaseTrait.NAMED_PORTS_WITHOUT_PROTOCOL.isIn(version)
                && Stream.concat(entity.ports().stream(), entity.notPorts().stream())
                        .allMatch(Port::isNamed);
    }

    /** Returns whether the selector can be read. */
    boolean unreadable(String named, String selector, boolean absent) {
        try {
            Selector.parse(selector, version);
            return true;
        } catch (IllegalArgumentException e) {
            Fault fault = new Fault(
                    Kind.UNREADABLE_SELECTOR,
                    absent,
                    named + "has a selector that Felix cannot read: " + e.getMessage());
            if (faults.stream()
                    .noneMatch(
                            other -> other.kind() == fault.kind() && other.why().startsWith(named))) {
                faults.add(fault);
            }
            return false;
        }
    }

    /** A list of which Felix reads nothing is no list, and the rule is about anyone. */
    private void left(String named, Entity entity, boolean source) {
        for (List<String> list : List.of(entity.nets(), entity.notNets())) {
            List<String> none = list.stream()
                    .filter(text -> !(source && text.isEmpty()) && Cidr.parse(text) == null)
                    .toList();
            if (!none.isEmpty()) {
                faults.add(new Fault(
                        Kind.PART_LEFT_OUT,
                        false,
                        named + "has '" + none.getFirst() + "' for a network, which Felix leaves out"
                                + (none.size() == list.size() ? ": the rule is about any address" : "")));
            }
        }
    }

    private void drop(String why) {
        faults.add(new Fault(Kind.DROPPED, true, why));
    }
}
