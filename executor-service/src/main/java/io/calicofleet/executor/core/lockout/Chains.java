package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.Json;
import io.calicofleet.executor.core.lockout.Policy.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What Felix does with a new connection of a host endpoint, in the order of its chains: failsafe ports, untracked
 * policies, those before DNAT, normal ones by tier and order, profiles, drop (facts 9.1). Up to v3.13 only policies before
 * DNAT apply to host endpoints of all interfaces (facts 0.3).
 *
 * <p>Decided carefully: a rule that cannot be decided is taken to deny where it denies and not to allow where it allows,
 * and the verdict says so. An untracked Allow opens nothing, since it would take one for the answers too.
 */
final class Chains {

    private final List<Policy> policies;
    private final Profiles profiles;
    private final Rules rules;
    private final FailsafePorts failsafe;
    private final CalicoVersion version;

    Chains(List<Policy> policies, Profiles profiles, Rules rules, FailsafePorts failsafe, CalicoVersion version) {
        this.policies = policies.stream().sorted(Policy.ORDER).toList();
        this.profiles = profiles;
        this.rules = rules;
        this.failsafe = failsafe;
        this.version = version;
    }

    Verdict judge(Endpoint endpoint, Flow flow) {
        Walk walk = new Walk(endpoint, flow);
        Match safe = failsafe.contains(endpoint.node(), flow);
        if (safe == Match.YES) {
            return Verdict.OPEN;
        }
        if (safe == Match.MAYBE) {
            walk.perhapsOpen = true;
        }
        boolean enforced = !endpoint.star() || !version.isBefore(3, 14);
        return walk.through(enforced);
    }

    /** One flow on its way. */
    private final class Walk {

        private final Endpoint endpoint;
        private final Flow flow;
        private final List<String> doubts = new ArrayList<>();
        private boolean perhapsOpen;
        private String passedBy = "";

        Walk(Endpoint endpoint, Flow flow) {
            this.endpoint = endpoint;
            this.flow = flow;
        }

        Verdict through(boolean enforced) {
            for (Stage stage : List.of(Stage.UNTRACKED, Stage.BEFORE_DNAT)) {
                boolean here = stage == Stage.UNTRACKED ? enforced : flow.inbound();
                for (Policy policy : here ? of(stage) : List.<Policy>of()) {
                    Verdict verdict = policy(policy, policy.selects(endpoint.labels()));
                    boolean untrackedAllow = stage == Stage.UNTRACKED && verdict != null && verdict.open();
                    if (verdict != null && !verdict.passed() && !untrackedAllow) {
                        return verdict;
                    }
                }
            }
            return enforced ? normal() : open();
        }

        private Verdict normal() {
            String tier = "";
            List<String> selecting = new ArrayList<>();
            boolean surely = false;
            boolean passed = false;
            for (Policy policy : of(Stage.NORMAL)) {
                if (!policy.tier().equals(tier)) {
                    endOfTier(tier, selecting, passed);
                    tier = policy.tier();
                    selecting.clear();
                    surely = false;
                    passed = false;
                }
                Match selects = policy.isAbout(flow.direction()) ? policy.selects(endpoint.labels()) : Match.NO;
                if (passed || selects == Match.NO) {
                    continue;
                }
                selecting.add(policy.name());
                surely |= selects == Match.YES;
                Verdict verdict = policy(policy, selects);
                passed = verdict != null && verdict.passed();
                if (verdict != null && !passed) {
                    return verdict;
                }
            }
            boolean endsHere = tier.equals(Policy.DEFAULT_TIER) && !selecting.isEmpty() && !passed;
            if (!endsHere) {
                endOfTier(tier, selecting, passed);
                return profiles();
            }
            String end = "the end of all policies: no rule of GlobalNetworkPolicy " + some(selecting) + " allows it";
            if (surely) {
                return cut(end);
            }
            doubts.add(end + ", if it selects the host endpoint, for its selector cannot be read");
            return profiles();
        }

        /** What ends a tier is not read: it denies unless it is told to pass. */
        private void endOfTier(String tier, List<String> selecting, boolean passed) {
            if (!tier.isEmpty() && !tier.equals(Policy.DEFAULT_TIER) && !selecting.isEmpty() && !passed) {
                doubts.add("the end of tier " + tier + ", unless its default action is Pass");
            }
        }

        private Verdict profiles() {
            for (String name : endpoint.profiles()) {
                if (profiles.opensAll(name)) {
                    return open();
                }
                Verdict verdict = rules("Profile " + name, profiles.rules(name, flow.direction()), Match.YES);
                if (verdict != null && !verdict.passed()) {
                    return verdict;
                }
            }
            return cut(
                    passedBy.isEmpty()
                            ? "the end of all policies: none selects it and no profile allows it"
                            : passedBy + ", which passes it on, and no profile allows it");
        }

        private @Nullable Verdict policy(Policy policy, Match selects) {
            return policy.isAbout(flow.direction())
                    ? rules("GlobalNetworkPolicy " + policy.name(), policy.rules(flow.direction()), selects)
                    : null;
        }

        private @Nullable Verdict rules(String owner, List<JsonNode> list, Match selects) {
            for (int i = 0; i < list.size() && selects != Match.NO; i++) {
                JsonNode rule = list.get(i);
                Match match = selects.and(rules.match(rule, flow, endpoint));
                if (match == Match.NO) {
                    continue;
                }
                int number = i + 1;
                Supplier<String> named = () -> owner + " " + flow.direction() + " rule " + number;
                boolean yes = match == Match.YES;
                switch (Json.text(rule, "action").toLowerCase(Locale.ROOT)) {
                    case "allow" -> {
                        if (yes) {
                            return open();
                        }
                        perhapsOpen = true;
                    }
                    case "deny" -> {
                        if (yes) {
                            return cut(named.get());
                        }
                        doubts.add(named.get());
                    }
                    case "pass", "next-tier" -> {
                        if (yes) {
                            passedBy = named.get();
                            return Verdict.PASSED;
                        }
                        doubts.add(named.get() + ", which passes");
                    }
                    default -> {
                        // Log goes on
                    }
                }
            }
            return null;
        }

        private Verdict open() {
            return doubts.isEmpty() ? Verdict.OPEN : Verdict.doubt(doubts.getFirst());
        }

        private Verdict cut(String rule) {
            return perhapsOpen ? Verdict.doubt(rule) : Verdict.cut(doubts.isEmpty() ? rule : doubts.getFirst());
        }
    }

    private List<Policy> of(Stage stage) {
        return policies.stream().filter(policy -> policy.stage() == stage).toList();
    }

    /** What tells one remote address from another for any of these rules: those with the same are judged the same. */
    String trait(boolean inbound, Net remote) {
        String direction = inbound ? "ingress" : "egress";
        StringBuilder trait = new StringBuilder(remote.v6() ? "6" : "4");
        for (Policy policy : policies) {
            policy.rules(direction).forEach(rule -> trait.append(rules.trait(rule, inbound, remote)));
        }
        profiles.everyRule(direction).forEach(rule -> trait.append(rules.trait(rule, inbound, remote)));
        return trait.append(rules.namedPorts(remote))
                .append(failsafe.trait(inbound, remote))
                .toString();
    }

    /** The same for the host's own address. */
    String localTrait(boolean inbound, Net local) {
        String direction = inbound ? "ingress" : "egress";
        StringBuilder trait = new StringBuilder();
        for (Policy policy : policies) {
            policy.rules(direction).forEach(rule -> trait.append(rules.trait(rule, !inbound, local)));
        }
        profiles.everyRule(direction).forEach(rule -> trait.append(rules.trait(rule, !inbound, local)));
        return trait.toString();
    }

    /** The node, where Felix is configured for it alone; else empty. */
    String ownSettings(String node) {
        return failsafe.isConfigured(node) ? node : "";
    }

    static List<String> few(List<String> texts, int limit) {
        return texts.size() <= limit
                ? texts
                : Stream.concat(texts.stream().limit(limit), Stream.of("and " + (texts.size() - limit) + " more"))
                        .toList();
    }

    static String some(List<String> names) {
        return names.size() <= 3
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, 3)) + " and " + (names.size() - 3) + " more";
    }
}
