package io.calicofleet.model.felix.object;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A rule of a policy or profile, read but not yet judged. What it says of HTTP is for Dikastes, which guards pods alone: Felix
 * leaves it out.
 *
 * @param action what becomes of what it matches, in lower case; empty is allow
 * @param ipVersion the version it is for; null: not said
 * @param protocol the protocol it is for; null: any
 * @param notProtocol the protocol it is not for; null: none
 * @param icmp the ICMP it is for; null: any
 * @param notIcmp the ICMP it is not for; null: none
 * @param source where it is from
 * @param destination where it goes to
 * @param annotations how many annotations it has; each is a comment in the kernel
 */
public record Rule(
        String action,
        @Nullable Integer ipVersion,
        @Nullable Protocol protocol,
        @Nullable Protocol notProtocol,
        @Nullable Icmp icmp,
        @Nullable Icmp notIcmp,
        Entity source,
        Entity destination,
        int annotations) {

    /** A type and a code of ICMP; null where it is not said. Felix leaves out a code without a type. */
    public record Icmp(@Nullable Integer type, @Nullable Integer code) {}

    public Rule {
        requireNonNull(action, "action");
        requireNonNull(source, "source");
        requireNonNull(destination, "destination");
    }

    static Rule of(Fields fields) {
        Request request = Request.of(fields);
        return new Rule(
                fields.text("action").toLowerCase(Locale.ROOT),
                fields.number("ipVersion"),
                fields.protocol("protocol"),
                fields.protocol("notProtocol"),
                fields.optional("icmp", Rule::icmp),
                fields.optional("notICMP", Rule::icmp),
                Entity.of(fields.object("source")),
                Entity.of(fields.object("destination")),
                request.annotations().size());
    }

    private static Icmp icmp(Fields fields) {
        return new Icmp(fields.number("type"), fields.number("code"));
    }

    /** Whether it names a type of ICMP that Felix looks at. */
    public boolean namesIcmpType() {
        return (icmp != null && icmp.type() != null) || (notIcmp != null && notIcmp.type() != null);
    }

    /**
     * Whether it is for this version of IP at all, by its version or by the name of its protocol; by number ICMP is for both
     * (felix/calc/rule_convert.go, ipVersionToProtoIPVersion).
     */
    public boolean isFor(boolean v6) {
        if (ipVersion != null) {
            return ipVersion == (v6 ? 6 : 4);
        }
        return protocol == null
                || switch (protocol.name()) {
                    case "icmp" -> !v6;
                    case "icmpv6" -> v6;
                    default -> true;
                };
    }

    /**
     * Whether Felix makes a rule of the kernel of it for this version of IP: it is for the version, and each of its lists of
     * networks that has any has one of it (felix/rules/policy.go, FilterRuleToIPVersion).
     */
    public boolean isRendered(boolean v6) {
        return isFor(v6)
                && source.sourceNets().hasAny(v6)
                && source.sourceNotNets().hasAny(v6)
                && destination.destinationNets().hasAny(v6)
                && destination.destinationNotNets().hasAny(v6);
    }
}
