package io.calicofleet.verifier.core.traffic;

import io.calicofleet.event.ApiServerObservation;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailsafeObservation;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.event.FlowSummary;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.NetworkSetsObservation;
import io.calicofleet.event.NodeCoverage;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.flow.AllowedFlows;
import io.calicofleet.model.felix.flow.FlowKey;
import io.calicofleet.model.felix.object.PolicyObject;
import io.calicofleet.model.felix.validation.Validation;
import io.calicofleet.model.release.ReleaseTrait;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes of a cluster's traffic what a person reviews: who was heard, what was seen, and the policy it asks for. */
public final class TrafficReviews {

    private static final int LISTED = 20;

    /** So that a review fits into a record, see {@code Topic.MAX_RECORD_BYTES}. */
    private static final int MAX_KINDS = 500;

    private static final int MAX_POLICY = 1_000_000;

    private TrafficReviews() {}

    /**
     * What the review is made of.
     *
     * @param tally the traffic
     * @param nodes the nodes with a protected host endpoint, sorted
     * @param since when the observation of this step began
     * @param nodeAddresses IP addresses by node
     * @param podNetworks the CIDRs of the pools
     * @param networkSets the network sets; null where they were not observed
     * @param failsafe the failsafe ports, which need no rule; null where they were not observed
     * @param apiServer where the API server is reached; null where it was not observed
     * @param version the release that runs
     * @param policies reads the suggested policy, to hold it against the flows
     */
    public record Basis(
            TrafficTally tally,
            List<String> nodes,
            Instant since,
            Map<String, List<String>> nodeAddresses,
            List<String> podNetworks,
            @Nullable NetworkSetsObservation networkSets,
            @Nullable FailsafeObservation failsafe,
            @Nullable ApiServerObservation apiServer,
            @Nullable CalicoVersion version,
            PolicyReader policies) {

        private Network network() {
            return new Network(nodeAddresses, podNetworks, new NetworkSets(networkSets, version), apiServer);
        }
    }

    /**
     * What was seen and none of these policies allows, a line each and sorted.
     *
     * @param approved policies as people write them; one that cannot be read allows nothing
     */
    public static List<String> notAllowed(Basis basis, Collection<String> approved) {
        Network network = basis.network();
        AllowedFlows allowed = new AllowedFlows(
                approved.stream()
                        .flatMap(yaml -> basis.policies().read(yaml).stream())
                        .toList(),
                network.sets());
        return lines(basis, network, flow -> !allowed.contains(flow));
    }

    /**
     * What was seen only after a review, a line each and sorted; all of it where what was seen before has been lost since.
     *
     * @param kinds how many kinds of traffic were told apart when the review was made
     */
    public static List<String> since(Basis basis, int kinds) {
        boolean lost = basis.tally().size() < kinds;
        return lines(
                basis,
                basis.network(),
                flow -> lost || basis.tally().count(flow).before() >= kinds);
    }

    private static List<String> lines(Basis basis, Network network, Predicate<FlowKey> wanted) {
        return basis.tally().flows().keySet().stream()
                .filter(flow -> FlowUse.isRuled(flow)
                        && wanted.test(flow)
                        && !basis.tally().isProbers(flow, network))
                .sorted()
                .map(flow -> flow.direction() + " " + flow.protocol()
                        + (flow.hasPorts() ? " " + flow.ports() : "")
                        + (flow.direction() == FlowDirection.INGRESS ? " from " : " to ")
                        + label(flow, network))
                .distinct()
                .toList();
    }

    /** What an approval that this requirement is about does not cover, a line each and sorted. */
    public static List<String> notApproved(Basis basis, GateRequirement requirement) {
        Integer kinds = requirement.approvedKinds();
        return kinds == null ? notAllowed(basis, requirement.approvedPolicies()) : since(basis, kinds);
    }

    /** The review. The suggested policy in it was checked against every flow that was recorded. */
    public static TrafficReview review(Basis basis) {
        Network network = basis.network();
        FailsafePorts failsafe = new FailsafePorts(basis.failsafe(), basis.version());
        Map<FlowKey, FlowCount> flows = basis.tally().flows();
        Map<Boolean, List<FlowKey>> byProber = flows.keySet().stream()
                .collect(Collectors.partitioningBy(flow -> basis.tally().isProbers(flow, network)));
        List<FlowKey> probers = byProber.getOrDefault(true, List.of());
        PolicySuggestion suggestion = PolicySuggestion.of(byProber.getOrDefault(false, List.of()), network, failsafe);
        List<FlowSummary> summaries = summaries(flows, network, failsafe, Set.copyOf(probers));
        String policy = PolicyWriter.write(suggestion.rules());
        List<String> notes = notes(basis, network, failsafe, suggestion);
        if (!probers.isEmpty()) {
            notes.add(probersNote(probers));
        }
        if (summaries.size() > MAX_KINDS) {
            notes.add("Only the first " + MAX_KINDS + " of " + summaries.size()
                    + " kinds of traffic are listed; the suggested policy knows them all.");
        }
        if (policy.length() > MAX_POLICY) {
            notes.add("The suggested policy would be " + policy.length()
                    + " characters long, too long to be read or sent: none is suggested.");
        }
        String doubt = policy.length() > MAX_POLICY ? "" : doubt(basis, policy);
        if (!doubt.isEmpty()) {
            notes.add("None is suggested, for the policy made of this traffic would not do what it says: " + doubt
                    + ". Please report this.");
        }
        return new TrafficReview(
                        coverage(basis),
                        summaries.subList(0, Math.min(summaries.size(), MAX_KINDS)),
                        policy.length() > MAX_POLICY || !doubt.isEmpty() ? "" : policy,
                        notes)
                .withKinds(basis.tally().size());
    }

    /** What a Felix would have against the policy, or what it does not allow; empty where nothing. */
    private static String doubt(Basis basis, String policy) {
        Optional<PolicyObject> read = basis.policies().read(policy);
        if (read.isEmpty()) {
            return "it cannot be read";
        }
        CalicoVersion version =
                basis.version() == null ? ReleaseTrait.HOST_ENDPOINTS_DENY_BY_DEFAULT.from() : basis.version();
        String faults = new Validation(version, true).policy(read.get()).why();
        return faults.isEmpty() ? some(notAllowed(basis, List.of(policy))) : faults;
    }

    private static List<NodeCoverage> coverage(Basis basis) {
        return basis.nodes().stream()
                .map(node -> {
                    NodeHeard heard = basis.tally().nodes().get(node);
                    return heard == null
                            ? new NodeCoverage(node, 0, 0, 0, null, null)
                            : new NodeCoverage(
                                    node,
                                    heard.lines(),
                                    heard.flowLines(),
                                    heard.unreadable(),
                                    heard.first(),
                                    heard.last());
                })
                .toList();
    }

    private static String probersNote(List<FlowKey> probers) {
        String ports = some(probers.stream()
                .map(flow -> flow.direction() + " " + flow.protocol() + " " + flow.ports())
                .distinct()
                .toList());
        return probers.size() + (probers.size() == 1 ? " flow" : " flows")
                + " of the prober left out of the suggested policy, for it measured while they were seen and they were not seen since: "
                + ports
                + ". What is yours at these ports between nodes, or from them to pods, needs a rule of its own.";
    }

    private static List<FlowSummary> summaries(
            Map<FlowKey, FlowCount> flows, Network network, FailsafePorts failsafe, Set<FlowKey> probers) {
        Map<Kind, Sum> sums = new TreeMap<>();
        flows.forEach((flow, count) -> {
            // Both families in one line, for a person reads this.
            Kind kind = new Kind(
                    flow.withPeer(Cidr.ANY_V4), probers.contains(flow) ? FlowUse.PROBER : FlowUse.of(flow, failsafe));
            sums.computeIfAbsent(kind, key -> new Sum(key.use())).add(count, label(flow, network));
        });
        List<FlowSummary> summaries = new ArrayList<>();
        sums.forEach((kind, sum) -> summaries.add(sum.toSummary(kind.flow())));
        return summaries;
    }

    private static String label(FlowKey flow, Network network) {
        boolean loopback =
                flow.isLocal() && !flow.peer().isSingle() && !flow.peer().isAny();
        return loopback ? "loopback" : network.peer(flow.peer()).label();
    }

    /** What shares a line: a port may be failsafe for some and not for others. */
    private record Kind(FlowKey flow, FlowUse use) implements Comparable<Kind> {

        @Override
        public int compareTo(Kind other) {
            int byFlow = flow.compareTo(other.flow);
            return byFlow != 0 ? byFlow : use.compareTo(other.use);
        }
    }

    private static List<String> notes(
            Basis basis, Network network, FailsafePorts failsafe, PolicySuggestion suggestion) {
        List<String> notes = new ArrayList<>();
        notes.add("Only the first packet of a new connection is logged: what was connected before, and failsafe ports, "
                + "never appear.");
        notes.add(
                "Packets that conntrack takes to be invalid, as where traffic comes back another way, are dropped before"
                        + " any policy and never logged.");
        notes.add(
                "Lines count when they arrive. What a shipper brings later voids an approval, unless that allows it.");
        notes.add(
                "A line says that the packet met a Log action, not which policy's; other policies that log are in here "
                        + "too.");
        Overflow overflow = basis.tally().overflow();
        if (overflow.packets() > 0) {
            notes.add(
                    overflow.packets()
                            + " packets were of further kinds of traffic than are kept apart: the suggested policy cannot know them.");
        }
        if (overflow.lines() > 0) {
            notes.add(overflow.lines() + " lines came from further nodes than are kept apart.");
        }
        if (!network.knowsNodes()) {
            notes.add("The addresses of the nodes are not known: nodes appear as networks.");
        }
        if (!OwnTraffic.areFew(network)) {
            notes.add("The nodes have more than " + OwnTraffic.MAX_ADDRESSES
                    + " addresses: what a node says to its own is"
                    + " allowed by loopback and where it was seen only.");
        }
        if (!network.knowsApiServer()) {
            notes.add("Where the API server of this cluster is reached is not known: rules name its usual ports, "
                    + "443 and 6443. Add a rule where it is another one.");
        }
        nodeNotes(basis, notes);
        failsafeNotes(basis, failsafe, notes);
        if (basis.networkSets() == null) {
            notes.add("The network sets of this cluster were not observed: their addresses appear as networks.");
        }
        listed(
                notes,
                suggestion.sets(),
                "Rules name network sets, and let through all of each, also what is added to it: ");
        listed(
                notes,
                network.sets().unknown(),
                "Network sets of more CIDRs than can be sent, so that who is in them appears as a network: ");
        return notes;
    }

    private static void nodeNotes(Basis basis, List<String> notes) {
        Map<String, NodeHeard> heard = basis.tally().nodes();
        listed(notes, silent(basis.tally(), basis.nodes()), "Not heard from: ");
        listed(
                notes,
                basis.nodes().stream()
                        .filter(node -> heard.containsKey(node)
                                && heard.get(node).last().isBefore(basis.since()))
                        .toList(),
                "Heard from earlier in the campaign but not since " + basis.since() + ": ");
        listed(
                notes,
                heard.keySet().stream()
                        .filter(node -> !basis.nodes().contains(node))
                        .toList(),
                "Heard from, but without a protected host endpoint, or under another name: ");
        List<String> gaps = heard.entrySet().stream()
                .filter(entry -> entry.getValue().gaps() > 0)
                .map(entry -> entry.getKey() + " (" + entry.getValue().lost() + " records, "
                        + entry.getValue().gaps() + " times)")
                .toList();
        listed(notes, gaps, "Records of the kernel's log that did not arrive, filtered by the shipper or lost: ");
        List<String> unreadable = heard.entrySet().stream()
                .filter(entry -> entry.getValue().unreadable() > 0)
                .map(entry -> entry.getKey() + " (" + entry.getValue().unreadable() + ")")
                .toList();
        listed(notes, unreadable, "Lines with the prefix that were no whole packet: ");
    }

    private static void failsafeNotes(Basis basis, FailsafePorts failsafe, List<String> notes) {
        if (!failsafe.note().isEmpty()) {
            notes.add(failsafe.note());
        }
        List<String> closed = Stream.of(FlowDirection.INGRESS, FlowDirection.EGRESS)
                .flatMap(direction -> failsafe.closed(direction).stream()
                        .map(port -> direction + " " + port.protocol() + " " + port.port()))
                .toList();
        listed(
                notes,
                closed,
                "Failsafe by default but not on every node here, so that rules marked \"must have\" open them: ");
        List<String> ports = basis.tally().flows().keySet().stream()
                .filter(flow -> FlowUse.of(flow, failsafe) == FlowUse.NOT_FAILSAFE)
                .map(flow -> flow.direction() + " " + flow.protocol() + " " + flow.ports())
                .distinct()
                .toList();
        listed(notes, ports, "Logged although failsafe, so check the failsafe lists of this cluster: ");
        List<String> joined = basis.tally().flows().keySet().stream()
                .filter(flow -> FlowUse.of(flow, failsafe) == FlowUse.MANY_PORTS)
                .map(flow -> flow.direction() + " " + flow.protocol() + " " + flow.ports() + " of " + flow.peer())
                .toList();
        listed(notes, joined, "So many ports of one peer that they are joined into ranges, which its rules allow: ");
    }

    /** The nodes no line came from. */
    public static List<String> silent(TrafficTally tally, Collection<String> nodes) {
        return nodes.stream().filter(node -> !tally.nodes().containsKey(node)).toList();
    }

    private static void listed(List<String> notes, List<String> items, String sentence) {
        if (!items.isEmpty()) {
            notes.add(sentence + some(items) + ".");
        }
    }

    /** The first twenty, and how many there are more. */
    public static String some(Collection<String> items) {
        String first = String.join(", ", items.stream().limit(LISTED).toList());
        return items.size() > LISTED ? first + " and " + (items.size() - LISTED) + " more" : first;
    }

    /** Adds up what a summary shows. */
    private static final class Sum {

        private final FlowUse use;
        private final TreeSet<String> nodes = new TreeSet<>();
        private final TreeSet<String> peers = new TreeSet<>();
        private boolean moreNodes;
        private long packets;

        Sum(FlowUse use) {
            this.use = use;
        }

        void add(FlowCount count, String peer) {
            nodes.addAll(count.nodes());
            peers.add(peer);
            moreNodes |= count.moreNodes();
            packets += count.packets();
        }

        FlowSummary toSummary(FlowKey kind) {
            List<String> notes = new ArrayList<>();
            if (!use.note().isEmpty()) {
                notes.add(use.note());
            }
            if (peers.size() > LISTED) {
                notes.add("and " + (peers.size() - LISTED) + " more peers");
            }
            if (moreNodes || nodes.size() > LISTED) {
                notes.add("and more nodes");
            }
            return new FlowSummary(
                    kind.direction(),
                    kind.protocol(),
                    kind.hasPorts() ? Integer.valueOf(kind.ports().first()) : null,
                    kind.ports().isSingle()
                            ? null
                            : Integer.valueOf(kind.ports().last()),
                    nodes.stream().limit(LISTED).toList(),
                    peers.stream().limit(LISTED).toList(),
                    packets,
                    String.join("; ", notes));
        }
    }
}
