package io.calicofleet.model.felix.validation;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.felix.object.Nets;
import io.calicofleet.model.felix.object.Protocol;
import io.calicofleet.model.felix.object.Rule;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.Optional;
import java.util.Set;

/**
 * Why a rule that Felix's validator takes cannot be programmed. Felix writes rules for iptables-restore, which takes all of a
 * table or nothing; on a refusal Felix tries again, panics and is started again.
 *
 * @param always whether Felix panics as soon as it sees the rule in a policy or profile in use; else only where the chain the
 *     rule is in is used: for the direction, and not before connections are tracked on all interfaces
 * @param why a sentence part, such as {@code names icmp without protocol ICMP}
 */
public record Poison(boolean always, String why) {

    /** What felix/rules/policy.go knows; another makes it panic. */
    private static final Set<String> ACTIONS = Set.of("", "allow", "deny", "log", "pass", "next-tier");

    public Poison {
        requireNonNull(why, "why");
    }

    /**
     * Why a rule cannot be programmed for a version of IP; empty where it can, or is not for that version.
     *
     * @param v6 for IPv6 or for IPv4
     * @param first whether it is the first of its direction
     * @param version the release of Felix
     */
    public static Optional<Poison> of(Rule rule, boolean v6, boolean first, CalicoVersion version) {
        boolean nothing =
                rule.source().nets().contains("") || rule.source().notNets().contains("");
        if (nothing && ReleaseTrait.PACKED_POLICIES.isIn(version)) {
            return Optional.of(
                    new Poison(true, "has an empty text among the networks of its source, over which Felix panics"));
        }
        if (!rule.isRendered(v6)) {
            return Optional.empty();
        }
        if (!ACTIONS.contains(rule.action())) {
            return Optional.of(new Poison(true, "has the action '" + rule.action() + "', which Felix does not know"));
        }
        if (rule.protocol() != null && rule.notProtocol() != null) {
            return Optional.of(new Poison(false, "has both protocol and notProtocol, which iptables refuses"));
        }
        if (!v6 && nothing) {
            return Optional.of(new Poison(
                    false, "has an empty text among the networks of its source, which iptables gets as <nil>"));
        }
        if (Words.areTooMany(rule, v6, first, version)) {
            return Optional.of(
                    new Poison(false, "has " + rule.annotations() + " annotations, more than iptables takes comments"));
        }
        return rule.namesIcmpType() ? icmp(rule, v6) : Optional.empty();
    }

    /**
     * Why a rule cannot be programmed by iptables of nftables ({@code iptables-nft}), though it can by the older one, which
     * takes "not any address" for nothing: it refuses a lone network of all addresses among those that are not meant. Of
     * several each has a rule of its own (felix/rules/policy.go).
     */
    public static Optional<Poison> ofNft(Rule rule, boolean v6) {
        boolean refused = rule.isRendered(v6)
                && (isNotAny(rule.source().sourceNets(), rule.source().sourceNotNets(), v6)
                        || isNotAny(
                                rule.destination().destinationNets(),
                                rule.destination().destinationNotNets(),
                                v6));
        return refused
                ? Optional.of(new Poison(
                        false,
                        "has a lone " + (v6 ? "::/0" : "0.0.0.0/0")
                                + " among its notNets, which iptables-nft refuses; leave the rule out, for it is about"
                                + " nothing, or set FELIX_IPTABLESBACKEND to legacy where the nodes use that"))
                : Optional.empty();
    }

    private static boolean isNotAny(Nets nets, Nets notNets, boolean v6) {
        return notNets.count(v6) == 1
                && nets.count(v6) != 1
                && notNets.nets().stream().anyMatch(net -> net.v6() == v6 && net.isAny());
    }

    /** iptables looks for a type in {@code -p icmp} only, ip6tables in {@code -p icmpv6} only. */
    private static Optional<Poison> icmp(Rule rule, boolean v6) {
        int wanted = v6 ? Protocol.ICMPV6 : Protocol.ICMP;
        Protocol protocol = rule.protocol();
        if (protocol != null && protocol.number() == wanted) {
            return Optional.empty();
        }
        if (protocol == null || !protocol.isIcmp()) {
            return Optional.of(new Poison(
                    false,
                    "names a type of ICMP "
                            + (protocol == null ? "without a protocol" : "with protocol " + name(protocol))
                            + ", which iptables refuses"));
        }
        return Optional.of(new Poison(
                false,
                "names a type of ICMP with " + protocol + (rule.ipVersion() == null ? " and no ipVersion" : "")
                        + ", which " + (v6 ? "ip6tables" : "iptables") + " refuses"));
    }

    private static String name(Protocol protocol) {
        return protocol.name().isEmpty() ? String.valueOf(protocol.number()) : protocol.toString();
    }
}
