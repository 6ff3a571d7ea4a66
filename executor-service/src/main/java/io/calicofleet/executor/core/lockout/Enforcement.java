package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.model.Json;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.evaluation.Endpoint;
import io.calicofleet.model.felix.evaluation.Felix;
import io.calicofleet.model.felix.evaluation.Flow;
import io.calicofleet.model.felix.evaluation.Probes;
import io.calicofleet.model.felix.evaluation.Probes.Probe;
import io.calicofleet.model.felix.evaluation.Resources;
import io.calicofleet.model.felix.evaluation.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What of the traffic of host endpoints of all interfaces two states treat otherwise, whoever needs it. Compared is what
 * Felix makes of connections of every kind that the rules of either state tell apart ({@link Probes}): so it counts what a
 * policy does, by its selector, order, tier, types and rules, and not that it is another one.
 */
public final class Enforcement {

    /** More addresses than that are not looked at one by one. */
    private static final int ADDRESSES = 1000;

    private static final String ALLOW = "projectcalico-default-allow";
    private static final List<Boolean> DIRECTIONS = List.of(true, false);

    private final ClusterNeeds needs;
    private final Felix before;
    private final Felix after;
    private final Probes probes;
    private final Map<Object, Set<Difference>> judged = new LinkedHashMap<>();

    /** Something that is treated otherwise: what decides on it, and how. */
    private record Difference(String rule, String what, boolean opens, boolean sure) {}

    private Enforcement(ClusterNeeds needs, Resources now, Resources then, CalicoState before, CalicoState after) {
        this.needs = needs;
        this.before = new Felix(before.version(), now, needs.surroundings());
        this.after = new Felix(after.version(), then, needs.surroundings());
        this.probes = new Probes(List.of(now, then));
    }

    /**
     * A line for each rule, or end of rules, by which {@code after} cuts what gets through in {@code before}, or the other way
     * round; of what nodes send and receive themselves, and of what they forward.
     */
    public static List<String> changes(ClusterNeeds needs, CalicoState before, CalicoState after) {
        List<String> lines = new ArrayList<>(
                new Enforcement(needs, before.resources(), after.resources(), before, after).changes(""));
        lines.addAll(new Enforcement(needs, forwarded(before.resources()), forwarded(after.resources()), before, after)
                .changes("forwarded "));
        return lines;
    }

    /**
     * The names of the host endpoints under the temporary policy that would be closed in {@code after}: in a direction nothing
     * gets through any more but what needs no policy, such as failsafe ports.
     */
    public static List<String> closed(ClusterNeeds needs, CalicoState before, CalicoState after) {
        Set<String> labelled = before.hostEndpoints().stream()
                .map(HostEndpoints::fact)
                .filter(fact -> fact.labelled() && fact.needsProtection())
                .map(HostEndpointFact::name)
                .collect(Collectors.toSet());
        if (labelled.isEmpty()) {
            return List.of();
        }
        Enforcement enforcement = new Enforcement(needs, before.resources(), after.resources(), before, after);
        Felix none = new Felix(after.version(), bare(after.resources()), needs.surroundings());
        return enforcement.after.endpoints().stream()
                .filter(endpoint -> labelled.contains(endpoint.name()))
                .filter(endpoint -> enforcement.isClosed(endpoint, none))
                .map(Endpoint::name)
                .sorted()
                .toList();
    }

    /**
     * As Felix judges what a node forwards: by those policies that say so; what none of them selects gets through, whatever
     * the profiles say (felix/rules/endpoints.go).
     */
    private static Resources forwarded(Resources all) {
        return new Resources(
                all.hostEndpoints().stream().map(Enforcement::allowing).toList(),
                all.policies().stream()
                        .filter(policy -> policy.at("/spec/applyOnForward").asBoolean())
                        .toList(),
                all.tiers(),
                all.networkSets(),
                all.profiles(),
                all.felixConfigurations());
    }

    private static ObjectNode allowing(JsonNode endpoint) {
        ObjectNode copy = endpoint.deepCopy();
        Json.child(copy, "spec").putArray("profiles").add(ALLOW);
        return copy;
    }

    private static Resources bare(Resources all) {
        return new Resources(
                all.hostEndpoints().stream()
                        .map(endpoint -> {
                            ObjectNode copy = allowing(endpoint);
                            Json.child(copy, "spec").remove("profiles");
                            return copy;
                        })
                        .toList(),
                List.of(),
                all.tiers(),
                List.of(),
                List.of(),
                all.felixConfigurations());
    }

    private List<String> changes(String which) {
        Map<Difference, Set<String>> nodes = new LinkedHashMap<>();
        Map<Difference, Set<String>> flows = new LinkedHashMap<>();
        Set<String> all = Stream.concat(before.endpoints().stream(), after.endpoints().stream())
                .filter(Endpoint::star)
                .map(Endpoint::node)
                .collect(Collectors.toCollection(TreeSet::new));
        for (String node : all) {
            for (Difference difference : differences(node)) {
                Difference line = new Difference(difference.rule(), "", difference.opens(), difference.sure());
                nodes.computeIfAbsent(line, any -> new LinkedHashSet<>()).add(node);
                flows.computeIfAbsent(line, any -> new LinkedHashSet<>()).add(which + difference.what());
            }
        }
        return nodes.entrySet().stream()
                .map(entry -> line(
                        entry.getKey(),
                        List.copyOf(entry.getValue()),
                        List.copyOf(flows.getOrDefault(entry.getKey(), Set.of()))))
                .toList();
    }

    private static String line(Difference difference, List<String> nodes, List<String> flows) {
        String what = Notes.some(flows) + " of " + Notes.some(nodes);
        return difference.opens()
                ? difference.rule() + (difference.sure() ? " cuts " : " may cut ") + what + " today, and would not"
                : difference.rule() + (difference.sure() ? " would cut " : " may cut ") + what
                        + ", which gets through today";
    }

    private Set<Difference> differences(String node) {
        Optional<Endpoint> now = before.forAllInterfaces(node);
        Optional<Endpoint> then = after.forAllInterfaces(node);
        List<Cidr> locals = needs.addresses(node);
        record Key(Object now, Object then, String settings, List<String> locals) {}
        Key key = new Key(
                now.map(before::trait).orElse(""),
                then.map(after::trait).orElse(""),
                before.ownSettings(node) + after.ownSettings(node),
                Stream.of(true, false)
                        .flatMap(inbound -> locals.stream()
                                .map(local -> before.localTrait(inbound, local) + after.localTrait(inbound, local)))
                        .toList());
        return judged.computeIfAbsent(key, any -> differences(now, then, locals));
    }

    private Set<Difference> differences(Optional<Endpoint> now, Optional<Endpoint> then, List<Cidr> locals) {
        record About(boolean inbound, Probes.Kind kind, String rule, boolean opens) {}
        Map<About, List<Difference>> found = new LinkedHashMap<>();
        each(locals, (inbound, probe) -> {
            Verdict was =
                    now.map(endpoint -> before.judge(endpoint, probe.flow())).orElse(Verdict.OPEN);
            Verdict will =
                    then.map(endpoint -> after.judge(endpoint, probe.flow())).orElse(Verdict.OPEN);
            boolean same = was.kind() == will.kind() && (was.sure() || was.equals(will));
            if (!same) {
                boolean opens = will.open() || (!was.open() && was.sure());
                Verdict cuts = opens ? was : will;
                found.computeIfAbsent(new About(inbound, probe.kind(), cuts.rule(), opens), any -> new ArrayList<>())
                        .add(new Difference(cuts.rule(), what(inbound, probe), opens, was.sure() && will.sure()));
            }
        });
        return found.values().stream()
                .flatMap(Enforcement::shortest)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Where it is so for anyone, who comes first, no others are told; nor a doubt where it is sure for some. */
    private static Stream<Difference> shortest(List<Difference> same) {
        if (same.getFirst().sure()) {
            return Stream.of(same.getFirst());
        }
        boolean some = same.stream().anyMatch(Difference::sure);
        return same.stream().filter(difference -> !some || difference.sure());
    }

    private boolean isClosed(Endpoint endpoint, Felix none) {
        List<Cidr> locals = needs.addresses(endpoint.node());
        Endpoint plain = new Endpoint(
                endpoint.name(),
                endpoint.node(),
                endpoint.interfaceName(),
                endpoint.labels(),
                List.of(),
                endpoint.addresses(),
                endpoint.namedPorts());
        Optional<Endpoint> now = before.endpoints().stream()
                .filter(known -> known.name().equals(endpoint.name()))
                .findFirst();
        return DIRECTIONS.stream().anyMatch(direction -> {
            List<Flow> byPolicy = new ArrayList<>();
            each(locals, (inbound, probe) -> {
                if (inbound == direction && isCut(none.judge(plain, probe.flow()))) {
                    byPolicy.add(probe.flow());
                }
            });
            boolean wasOpen =
                    byPolicy.stream().anyMatch(flow -> now.isEmpty() || !isCut(before.judge(now.get(), flow)));
            return wasOpen && byPolicy.stream().allMatch(flow -> isCut(after.judge(endpoint, flow)));
        });
    }

    private static boolean isCut(Verdict verdict) {
        return !verdict.open() && verdict.sure();
    }

    /** Looks at a connection. */
    private interface Look {
        void at(boolean inbound, Probe probe);
    }

    private void each(List<Cidr> locals, Look look) {
        Stream<Optional<Cidr>> own =
                locals.isEmpty() ? Stream.of(Optional.empty()) : locals.stream().map(Optional::of);
        own.forEach(local -> {
            for (boolean inbound : DIRECTIONS) {
                for (Optional<Cidr> remote : remotes(inbound, local)) {
                    probes.between(inbound, local, remote).forEach(probe -> look.at(inbound, probe));
                }
            }
        });
    }

    /** Anyone, and one of those at the other end that are judged alike. */
    private Collection<Optional<Cidr>> remotes(boolean inbound, Optional<Cidr> local) {
        Map<String, Optional<Cidr>> byTrait = new LinkedHashMap<>();
        byTrait.put("anyone", Optional.empty());
        Stream.concat(probes.remotes().stream(), needs.nodes().stream())
                .distinct()
                .limit(ADDRESSES)
                .filter(remote -> local.isEmpty() || local.get().v6() == remote.v6())
                .forEach(remote -> byTrait.putIfAbsent(
                        before.trait(inbound, remote) + "|" + after.trait(inbound, remote), Optional.of(remote)));
        return byTrait.values();
    }

    private static String what(boolean inbound, Probe probe) {
        Flow flow = probe.flow();
        return flow.direction() + " " + probe.kind().name()
                + flow.remote()
                        .map(remote -> (inbound ? " from " : " to ") + remote.base())
                        .orElse("");
    }
}
