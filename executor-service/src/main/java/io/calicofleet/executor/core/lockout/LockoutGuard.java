package io.calicofleet.executor.core.lockout;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.LockoutFact;
import io.calicofleet.event.PolicyFault;
import io.calicofleet.executor.core.lockout.Need.Remote;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.evaluation.Endpoint;
import io.calicofleet.model.felix.evaluation.Felix;
import io.calicofleet.model.felix.evaluation.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Works out what is reached now and would not be any more: the API server, etcd, the kubelet, BGP, Typha, the overlay and
 * SSH of every node that has a host endpoint of all interfaces, from where each is used.
 *
 * <p>Compared are two states, so that what is cut already, and nobody misses, stops nothing. Looked at is the host
 * endpoint that Felix uses: of two for all interfaces the first by name; traffic to an address that another
 * host endpoint of the node claims is that one's. A node without one is looked at where {@code interfacePrefix} has Felix
 * take its interface for that of a pod.
 */
public final class LockoutGuard {

    /** More are not listed, so that what is found fits into a record; a note says how many there are. */
    private static final int LISTED = 100;

    /** What a node sends to itself goes through this interface, whatever the address. */
    private static final String LOOPBACK = "lo";

    private final ClusterNeeds needs;
    private final CalicoState stateAfter;
    private final CalicoVersion versionBefore;
    private final Felix before;
    private final Felix after;
    private final Map<String, Endpoint> endpointsBefore = new HashMap<>();
    private final Map<String, List<Endpoint>> endpointsAfter = new TreeMap<>();
    private final IdentityHashMap<List<Remote>, Map<Boolean, Map<String, List<Remote>>>> classes =
            new IdentityHashMap<>();
    private final Map<Object, Change> judged = new HashMap<>();

    /**
     * What was found.
     *
     * @param facts what would be cut
     * @param faults what Felix would not carry out as it is written
     * @param notes what only some sources would lose, and what could not be looked at
     */
    public record Findings(List<LockoutFact> facts, List<PolicyFault> faults, List<String> notes) {

        /** Nothing. */
        public static final Findings NONE = new Findings(List.of(), List.of(), List.of());

        public Findings {
            facts = List.copyOf(facts);
            faults = List.copyOf(faults);
            notes = List.copyOf(notes);
        }
    }

    /**
     * Where something is reached on a node, or from it.
     *
     * @param interfaceName the interface; empty: not known
     * @param name the host endpoint that is about it; empty: none is
     * @param endpoint the one whose policies are looked at
     */
    private record Seat(String node, String interfaceName, String name, Optional<Endpoint> endpoint) {

        boolean isClaimed() {
            return endpoint.isEmpty() && !name.isEmpty();
        }
    }

    private record Change(Verdict before, Verdict after) {

        boolean isNew() {
            boolean wasCut = !before.open() && before.sure();
            return !after.open() && !wasCut && !before.equals(after);
        }
    }

    private LockoutGuard(ClusterNeeds needs, CalicoState before, CalicoState after) {
        this.needs = needs;
        this.stateAfter = after;
        this.versionBefore = before.version();
        this.before = new Felix(before.version(), before.resources(), needs.surroundings());
        this.after = new Felix(after.version(), after.resources(), needs.surroundings());
        Set<String> nodes = this.after.endpoints().stream()
                .map(Endpoint::node)
                .filter(node -> !node.isEmpty())
                .collect(Collectors.toSet());
        nodes.forEach(node -> {
            this.before.forAllInterfaces(node).ifPresent(star -> endpointsBefore.put(node, star));
            Optional<Endpoint> star = this.after.forAllInterfaces(node);
            endpointsAfter.put(
                    node,
                    this.after.endpoints().stream()
                            .filter(endpoint -> endpoint.node().equals(node))
                            .filter(endpoint -> !endpoint.star() || endpoint.equals(star.orElse(null)))
                            .toList());
        });
    }

    /** What {@code after} would cut that {@code before} does not. */
    public static Findings compare(ClusterNeeds needs, CalicoState before, CalicoState after) {
        if (!after.hasAllInterfaces() && !after.mayTakeForPods(needs.environment())) {
            return Findings.NONE;
        }
        return new LockoutGuard(needs, before, after).run();
    }

    private Findings run() {
        List<LockoutFact> facts = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        List<PolicyFault> faults = PolicyFaults.of(stateAfter, after, endpointsAfter.keySet());
        Set<String> nodes = new TreeSet<>(endpointsAfter.keySet());
        needs.nodeNames().stream().filter(after::mayTakeForPods).forEach(nodes::add);
        nodes.forEach(node -> {
            List<Endpoint> endpoints = endpointsAfter.getOrDefault(node, List.of());
            Optional<Endpoint> star = endpoints.stream().filter(Endpoint::star).findFirst();
            star.flatMap(endpoint -> unjudged(node, endpoint, endpoints)).ifPresent(notes::add);
            if (star.isPresent() || after.mayTakeForPods(node)) {
                needs.of(node).forEach(need -> look(seat(node, star, endpoints, need), need, facts, notes));
            }
        });
        needs.otherIptables(versionBefore, stateAfter.version()).ifPresent(notes::add);
        notes.addAll(needs.notes());
        notes.addAll(after.notes(nodes));
        if (facts.size() > LISTED) {
            notes.add("only the first " + LISTED + " of " + facts.size() + " things that would be cut are listed");
        }
        return new Findings(
                facts.subList(0, Math.min(facts.size(), LISTED)),
                faults.subList(0, Math.min(faults.size(), LISTED)),
                Notes.few(notes, LISTED));
    }

    /** What of a node could not be looked at. */
    private Optional<String> unjudged(String node, Endpoint star, List<Endpoint> endpoints) {
        if (!needs.isNode(node)) {
            return Optional.of("HostEndpoint " + star.name() + " is of " + node
                    + ", which is no node of the cluster: what its policies cut was not looked at");
        }
        List<String> unclaimed = endpoints.stream()
                .filter(endpoint -> !endpoint.star() && endpoint.addresses().isEmpty())
                .map(Endpoint::name)
                .toList();
        return unclaimed.isEmpty()
                ? Optional.empty()
                : Optional.of("HostEndpoint " + Notes.some(unclaimed) + " of " + node
                        + " gives no expectedIPs: what goes through its interface was judged by " + star.name());
    }

    /** Where something of a node is reached: what another host endpoint than that of all interfaces claims is not judged by policies. */
    private static Seat seat(String node, Optional<Endpoint> star, List<Endpoint> endpoints, Need need) {
        String own = need.isOfItself() ? LOOPBACK : "";
        return need.local().stream()
                .flatMap(address ->
                        endpoints.stream().filter(endpoint -> !endpoint.star() && endpoint.hasAddress(address.base())))
                .findFirst()
                .map(claiming -> new Seat(
                        node, own.isEmpty() ? claiming.interfaceName() : own, claiming.name(), Optional.empty()))
                .orElseGet(() -> new Seat(node, own, star.map(Endpoint::name).orElse(""), star));
    }

    private void look(Seat seat, Need need, List<LockoutFact> facts, List<String> notes) {
        String node = seat.node();
        if (need.remotes().isEmpty()) {
            Change change = judge(seat, need, "", Optional.empty());
            if (change.isNew()) {
                Verdict verdict = change.after();
                if (verdict.sure()) {
                    facts.add(new LockoutFact(need.service(), node, seat.name(), need.who(), verdict.rule()));
                } else {
                    notes.add(need.service() + " on " + node + " would not be reached from everywhere: "
                            + verdict.rule());
                }
            }
            return;
        }
        Map<String, List<String>> cut = new LinkedHashMap<>();
        int others = 0;
        for (var group : classes(need).entrySet()) {
            List<Remote> remotes = group.getValue().stream()
                    .filter(remote -> !remote.name().equals(node))
                    .toList();
            others += remotes.size();
            if (remotes.isEmpty()) {
                continue;
            }
            Change change = judge(
                    seat, need, group.getKey(), Optional.of(remotes.getFirst().address()));
            if (change.isNew()) {
                String doubt = change.after().sure() ? "" : ", as far as it can be decided";
                remotes.forEach(remote -> cut.computeIfAbsent(change.after().rule() + doubt, rule -> new ArrayList<>())
                        .add(remote.name()));
            }
        }
        int all = others;
        cut.forEach((rule, names) -> facts.add(new LockoutFact(
                need.service(),
                node,
                seat.name(),
                names.size() == all
                        ? need.who()
                        : need.inbound() ? Notes.some(names) : need.who() + ", to " + Notes.some(names),
                rule)));
    }

    private Change judge(Seat seat, Need need, String trait, Optional<Cidr> remote) {
        String node = seat.node();
        Optional<Endpoint> earlier =
                seat.isClaimed() ? Optional.empty() : Optional.ofNullable(endpointsBefore.get(node));
        String local = need.local()
                .map(address ->
                        before.localTrait(need.inbound(), address) + "|" + after.localTrait(need.inbound(), address))
                .orElse("");
        record Key(
                Object now,
                Object then,
                String interfaceName,
                String settings,
                String service,
                boolean inbound,
                String trait,
                String local) {}
        Key key = new Key(
                seat.endpoint().map(LockoutGuard::traits).orElse(""),
                earlier.map(LockoutGuard::traits).orElse(""),
                seat.interfaceName(),
                before.ownSettings(node) + after.ownSettings(node),
                need.service(),
                need.inbound(),
                trait,
                local);
        return judged.computeIfAbsent(
                key,
                any -> new Change(
                        before.judge(node, seat.interfaceName(), earlier, need.flow(remote)),
                        after.judge(node, seat.interfaceName(), seat.endpoint(), need.flow(remote))));
    }

    /** What a verdict depends on of an endpoint. */
    private static Object traits(Endpoint endpoint) {
        return List.of(endpoint.star(), endpoint.labels(), endpoint.profiles());
    }

    private Map<String, List<Remote>> classes(Need need) {
        return classes.computeIfAbsent(need.remotes(), list -> new HashMap<>())
                .computeIfAbsent(need.inbound(), inbound -> {
                    Map<String, List<Remote>> groups = new LinkedHashMap<>();
                    for (Remote remote : need.remotes()) {
                        String trait =
                                before.trait(inbound, remote.address()) + "|" + after.trait(inbound, remote.address());
                        groups.computeIfAbsent(trait, key -> new ArrayList<>()).add(remote);
                    }
                    return groups;
                });
    }
}
