package io.calicofleet.model.felix.evaluation;

import io.calicofleet.model.felix.evaluation.Policy.Stage;
import io.calicofleet.model.felix.evaluation.Tiers.End;
import io.calicofleet.model.felix.evaluation.Tiers.Tier;
import io.calicofleet.model.felix.evaluation.Verdict.Kind;
import io.calicofleet.model.felix.object.Rule;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One flow on its way through the policies and profiles of a host endpoint, to every end it may come to. Where a rule can
 * be decided it goes one way; where it cannot, both. Of ends that are all open it is open, of ends that all cut it is cut.
 */
final class Walk {

    /**
     * The policies of a tier, in their order.
     *
     * @param tier the tier
     * @param policies those of one stage
     */
    record Group(Tier tier, List<Policy> policies) {
        Group {
            policies = List.copyOf(policies);
        }
    }

    /**
     * How it came past the tiers so far.
     *
     * @param by what passed it on; empty where nothing did
     * @param marked whether that was a rule, which sets a mark that only the next tier with a policy takes away
     */
    private record Passed(String by, boolean marked) {
        static final Passed NOT = new Passed("", false);
    }

    private static final Set<String> PASSES = Set.of("pass", "next-tier");

    private final Endpoint endpoint;
    private final Flow flow;
    private final Map<Stage, List<Group>> policies;
    private final Profiles profiles;
    private final Rules rules;
    private final Match untracked;
    private final Runnable beyondDnat;
    private final Map<String, Boolean> ends = new LinkedHashMap<>();
    private final Set<Object> been = new HashSet<>();
    private boolean logged;

    /**
     * A walk that has not begun.
     *
     * @param answers whether no policy before tracking is asked about it
     * @param passesHostEndpoints whether what the policies before DNAT leave gets through at once
     */
    Walk(
            Endpoint endpoint,
            Flow flow,
            Map<Stage, List<Group>> policies,
            Profiles profiles,
            Rules rules,
            Match answers,
            boolean passesHostEndpoints) {
        this.endpoint = endpoint;
        this.flow = flow;
        this.policies = policies;
        this.profiles = profiles;
        this.rules = rules;
        this.untracked = endpoint.star() ? Match.NO : answers.not();
        this.beyondDnat = passesHostEndpoints ? () -> open("Felix") : () -> tiers(Stage.NORMAL, 0, Passed.NOT);
    }

    /** Goes all ways. */
    Verdict go() {
        if (untracked != Match.NO) {
            tiers(Stage.UNTRACKED, 0, Passed.NOT);
        }
        if (untracked != Match.YES) {
            tracked();
        }
        return verdict();
    }

    private void tracked() {
        if (flow.inbound()) {
            tiers(Stage.BEFORE_DNAT, 0, Passed.NOT);
        } else {
            beyondDnat.run();
        }
    }

    /** Whether a rule surely logs it on its way; known once it has gone. */
    boolean logged() {
        return logged;
    }

    /** It may get through by this, whatever else it comes to. */
    void open(String by) {
        ends.putIfAbsent(by, true);
    }

    private void cut(String by) {
        ends.putIfAbsent(by, false);
    }

    private Verdict verdict() {
        List<String> cuts = ends.entrySet().stream()
                .filter(end -> !end.getValue())
                .map(Map.Entry::getKey)
                .toList();
        if (cuts.isEmpty()) {
            return Verdict.OPEN;
        }
        List<String> all = List.copyOf(ends.keySet());
        // The last one is where it ends if nothing that is in doubt applies.
        return cuts.size() == ends.size()
                ? new Verdict(Kind.CUT, cuts.getLast(), all)
                : new Verdict(Kind.DOUBT, cuts.getFirst(), all);
    }

    /** From a tier of a stage on. */
    private void tiers(Stage stage, int from, Passed passed) {
        List<Group> groups = policies.getOrDefault(stage, List.of());
        if (from == groups.size()) {
            switch (stage) {
                case UNTRACKED -> tracked();
                case BEFORE_DNAT -> beyondDnat.run();
                case NORMAL -> profiles(0, passed.by(), passed.marked());
            }
            return;
        }
        if (!been.add(List.of(stage, from, passed.marked()))) {
            return;
        }
        Group group = groups.get(from);
        List<Policy> selecting = group.policies().stream()
                .filter(policy -> policy.isAbout(flow.inbound()) && policy.selects(endpoint))
                .toList();
        for (Policy policy : selecting) {
            boolean ended = rules(
                    policy.title(),
                    policy.namespace(),
                    policy.rules(flow.inbound()),
                    false,
                    by -> tiers(stage, from + 1, new Passed(by, true)));
            if (ended) {
                return;
            }
        }
        boolean ends = stage == Stage.NORMAL && !selecting.isEmpty();
        if (ends && group.tier().end() != End.PASS) {
            cut(end(group.tier(), selecting.stream().map(Policy::name).toList()));
            if (group.tier().end() == End.DENY) {
                return;
            }
        }
        tiers(
                stage,
                from + 1,
                ends
                        ? new Passed("the end of tier " + group.tier().name(), false)
                        : new Passed(passed.by(), passed.marked() && selecting.isEmpty()));
    }

    private static String end(Tier tier, List<String> selecting) {
        String end = (tier.isDefault() ? "the end of all policies" : "the end of tier " + tier.name())
                + ": no rule of GlobalNetworkPolicy " + Felix.some(selecting) + " allows it";
        return tier.end() == End.UNKNOWN
                ? end + ", unless the default action of the tier is Pass, which could not be read"
                : end;
    }

    private void profiles(int from, String passedBy, boolean marked) {
        if (from == endpoint.profiles().size()) {
            cut(
                    passedBy.isEmpty()
                            ? "the end of all policies: none selects it and no profile allows it"
                            : passedBy + ", which passes it on, and no profile allows it");
            return;
        }
        String name = endpoint.profiles().get(from);
        if (profiles.opensAll(name)) {
            open("Profile " + name);
            return;
        }
        if (profiles.denies(name)) {
            cut(profiles.why(name));
            return;
        }
        boolean ended = rules(
                "Profile " + name,
                "",
                profiles.rules(name, flow.inbound()),
                marked,
                by -> profiles(from + 1, passedBy, true));
        if (!ended) {
            profiles(from + 1, passedBy, marked);
        }
    }

    /** Where a rule passes it to. */
    private interface Onward {
        void pass(String by);
    }

    /**
     * Returns whether it surely ends in these rules or is passed on there.
     *
     * @param marked whether it carries the mark of one that was passed on: then every rule that passes does, whatever it says,
     *     for the kernel gets two rules, one that sets the mark and one that returns where it is set (felix/rules/policy.go)
     */
    private boolean rules(String owner, String namespace, List<Rule> list, boolean marked, Onward onward) {
        for (int i = 0; i < list.size(); i++) {
            Rule rule = list.get(i);
            Match match = marked && PASSES.contains(rule.action())
                    ? rules.family(rule, flow)
                    : rules.match(rule, namespace, flow);
            if (match == Match.NO) {
                continue;
            }
            String named = owner + " " + flow.direction() + " rule " + (i + 1);
            boolean decides = true;
            switch (rule.action()) {
                case "", "allow" -> open(named);
                case "deny" -> cut(named);
                case "pass", "next-tier" -> onward.pass(named);
                default -> { // Log goes on
                    decides = false;
                    logged |= match == Match.YES;
                }
            }
            if (decides && match == Match.YES) {
                return true;
            }
        }
        return false;
    }
}
