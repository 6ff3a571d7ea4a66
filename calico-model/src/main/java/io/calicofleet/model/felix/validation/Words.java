package io.calicofleet.model.felix.validation;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.felix.object.Entity;
import io.calicofleet.model.felix.object.Nets;
import io.calicofleet.model.felix.object.Port;
import io.calicofleet.model.felix.object.Rule;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.List;

/**
 * How many words a rule is for iptables-restore, which refuses one of too many, and with it all of a table. Felix writes a
 * comment for each annotation (felix/rules/policy.go), of four words. Counted with v3.22.5 and v3.30.7.
 */
final class Words {

    /** Of which four are those iptables adds, and one is not used (iptables/xshared.c, MAX_ARGC). */
    private static final int MOST = 254;

    /** The command, the table, the chain, and a comment by which Felix knows the rule again. */
    private static final int ALWAYS = 9;

    private static final int COMMENT = 4;
    /** A rule that is several in the kernel is the sum of them by a mark. */
    private static final int MARK = 4;

    private static final int MARKING = 4;

    private Words() {}

    /**
     * Whether it has more annotations than fit.
     *
     * @param first whether it is the first of its chain, which has a comment with the name of the policy
     */
    static boolean areTooMany(Rule rule, boolean v6, boolean first, CalicoVersion version) {
        if (rule.annotations() == 0) {
            return false;
        }
        boolean marks = ReleaseTrait.DROP_MARK.isIn(version);
        int comments = COMMENT * (rule.annotations() + (first ? 1 : 0));
        return ALWAYS + comments + Math.max(match(rule, v6) + action(rule, marks), marks ? 0 : returning(rule)) > MOST;
    }

    private static int action(Rule rule, boolean marks) {
        return switch (rule.action()) {
            case "deny" -> marks ? MARKING : 2;
            case "log" -> 6;
            default -> MARKING;
        };
    }

    /** What is allowed or passed is marked by one rule, and sent on by another; later, only the first has the comments. */
    private static int returning(Rule rule) {
        return switch (rule.action()) {
            case "deny", "log" -> 0;
            default -> 6;
        };
    }

    private static int match(Rule rule, boolean v6) {
        return (rule.protocol() == null ? 0 : 2)
                + (rule.notProtocol() == null ? 0 : 3)
                + (rule.icmp() == null || rule.icmp().type() == null ? 0 : 4)
                + (rule.notIcmp() == null || rule.notIcmp().type() == null ? 0 : 5)
                + match(rule.source(), rule.source().sourceNets(), rule.source().sourceNotNets(), v6)
                + match(
                        rule.destination(),
                        rule.destination().destinationNets(),
                        rule.destination().destinationNotNets(),
                        v6);
    }

    private static int match(Entity entity, Nets nets, Nets notNets, boolean v6) {
        boolean wanted = !(entity.selector().isEmpty()
                && entity.namespaceSelector().isEmpty()
                && entity.accountSelector().isEmpty()
                && entity.accountNames().isEmpty());
        return (nets.count(v6) == 1 ? 2 : nets.count(v6) > 1 ? MARK : 0)
                + (notNets.count(v6) == 1 ? 3 : notNets.count(v6) > 1 ? MARK : 0)
                + (wanted || entity.service() != null ? 5 : 0)
                + (!wanted && !entity.notSelector().isEmpty() ? 6 : 0)
                + ports(entity.ports(), 4)
                + ports(entity.notPorts(), 5);
    }

    private static int ports(List<Port> ports, int words) {
        int matches = Port.matches(ports);
        return matches > 1 ? MARK : matches == 1 ? words + (ports.getFirst().isNamed() ? 1 : 0) : 0;
    }
}
