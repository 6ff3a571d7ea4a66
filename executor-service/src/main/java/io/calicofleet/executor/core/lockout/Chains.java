package io.calicofleet.executor.core.lockout;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.lockout.Policy.Stage;
import io.calicofleet.executor.core.lockout.Tiers.End;
import io.calicofleet.executor.core.lockout.Tiers.Tier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Felix does with a new connection of a host endpoint of all interfaces, in the order of its chains
 * (felix/rules/static.go and endpoints.go):
 *
 * <pre>
 *   failsafe port?                         open
 *   incoming: the policies before DNAT, tier by tier: allowed or denied there?
 *                                          open or cut
 *   of IPIP, VXLAN, WireGuard, as {@link Encapsulation} says?
 *                                          open
 *   up to v3.13:                           open, for nothing more is applied to all interfaces (facts 0.3)
 *   tier by tier, those policies of it that select the host endpoint, in their order:
 *     a rule allows or denies:             open or cut
 *     a rule passes, or the tier ends with default action Pass:
 *                                          the next tier
 *     the tier ends:                       cut
 *   no tier decides: the profiles, in their order: a rule allows or denies:
 *                                          open or cut
 *                                          else cut
 * </pre>
 *
 * <p>Untracked policies are not applied to all interfaces, in no version (dataplane/linux/endpoint_mgr.go has no default
 * chain for them). With eBPF the order is the same, but {@link Encapsulation} comes first, and nothing is applied to all
 * interfaces up to v3.17.
 *
 * <p>Decided carefully: where a rule cannot be decided both is looked at, and a verdict that depends on it is a doubt, which
 * counts as a cut.
 */
final class Chains {

    private final Map<Stage, List<Walk.Group>> policies;
    private final List<Policy> enforced;
    private final Tiers tiers;
    private final Profiles profiles;
    private final Rules rules;
    private final FailsafePorts failsafe;
    private final Encapsulation encapsulation;
    private final FelixSettings felix;
    private final CalicoVersion version;

    Chains(
            List<Policy> policies,
            Tiers tiers,
            Profiles profiles,
            Rules rules,
            FailsafePorts failsafe,
            FelixSettings felix,
            Encapsulation encapsulation,
            CalicoVersion version) {
        this.enforced =
                policies.stream().filter(policy -> tiers.of(policy).isPresent()).toList();
        Map<Stage, Map<Tier, List<Policy>>> sorted = enforced.stream()
                .sorted(Policy.ORDER)
                .collect(Collectors.groupingBy(
                        Policy::stage,
                        Collectors.groupingBy(
                                policy -> tiers.of(policy).orElseThrow(),
                                () -> new TreeMap<>(Tier.ORDER),
                                Collectors.toList())));
        this.policies = new EnumMap<>(Stage.class);
        sorted.forEach((stage, groups) -> policiesOf(stage, groups));
        this.tiers = tiers;
        this.profiles = profiles;
        this.rules = rules;
        this.failsafe = failsafe;
        this.encapsulation = encapsulation;
        this.felix = felix;
        this.version = version;
    }

    private void policiesOf(Stage stage, Map<Tier, List<Policy>> groups) {
        policies.put(
                stage,
                groups.entrySet().stream()
                        .map(group -> new Walk.Group(group.getKey(), group.getValue()))
                        .toList());
    }

    Verdict judge(Endpoint endpoint, Flow flow) {
        String node = endpoint.node();
        if (Encapsulation.isBpf(felix, node) && (version.isBefore(3, 18) || encapsulation.passesBpf(node, flow))) {
            return Verdict.OPEN;
        }
        Match safe = failsafe.contains(node, flow);
        boolean wireGuard = encapsulation.isFailsafe(node, flow) && !failsafe.isListed(node, flow);
        if (safe == Match.YES || wireGuard) {
            return Verdict.OPEN;
        }
        boolean passes =
                encapsulation.passesBeforeHostEndpoints(node, flow) || (endpoint.star() && version.isBefore(3, 14));
        Walk walk = new Walk(endpoint, flow, policies, profiles, rules, passes);
        if (safe == Match.MAYBE) {
            walk.open("a failsafe port");
        }
        return walk.go();
    }

    /** What could not be judged, or is judged in another way than people expect, on these nodes. */
    List<String> notes(Collection<String> nodes) {
        List<String> notes = new ArrayList<>();
        List<String> bpf = nodes.stream()
                .filter(node -> Encapsulation.isBpf(felix, node))
                .sorted()
                .toList();
        if (!bpf.isEmpty()) {
            notes.add("Felix uses eBPF on " + some(bpf) + ": there " + version
                    + (version.isBefore(3, 18)
                            ? " applies no policy to host endpoints"
                            : " lets IPIP, VXLAN and WireGuard between nodes pass before any policy"));
        }
        List<String> selecting = version.isBefore(3, 32) ? List.of() : felix.selecting();
        if (!selecting.isEmpty()) {
            notes.add(
                    "FelixConfiguration " + some(selecting)
                            + " may be for some of the nodes: whether it has eBPF, IPIP, VXLAN or WireGuard there was not looked at");
        }
        if (enforced.stream().anyMatch(policy -> tiers.of(policy).orElseThrow().end() == End.UNKNOWN)) {
            notes.add("the Tiers could not be read: they are taken to run by their names, before the default one");
        }
        return notes;
    }

    /** What tells one remote address from another for any of these rules: those with the same are judged the same. */
    String trait(boolean inbound, Net remote) {
        return encapsulation.trait(remote) + failsafe.trait(inbound, remote) + traits(inbound, inbound, remote);
    }

    /** The same for the host's own address. */
    String localTrait(boolean inbound, Net local) {
        return traits(inbound, !inbound, local);
    }

    private String traits(boolean inbound, boolean source, Net address) {
        String direction = inbound ? "ingress" : "egress";
        StringBuilder trait = new StringBuilder(address.v6() ? "6" : "4").append(rules.namedPorts(address));
        Stream.concat(
                        enforced.stream().flatMap(policy -> policy.rules(direction).stream()),
                        profiles.everyRule(direction))
                .forEach(rule -> trait.append(rules.trait(rule, source, address)));
        return trait.toString();
    }

    /** The node, where Felix is configured for it alone; else empty. */
    String ownSettings(String node) {
        return felix.isOwn(node) ? node : "";
    }

    static List<String> few(Collection<String> texts, int limit) {
        return texts.size() <= limit
                ? List.copyOf(texts)
                : Stream.concat(texts.stream().limit(limit), Stream.of("and " + (texts.size() - limit) + " more"))
                        .toList();
    }

    static String some(List<String> names) {
        return names.size() <= 3
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, 3)) + " and " + (names.size() - 3) + " more";
    }
}
